import type * as z from "zod";
import { openAiError } from "./schemas.ts";

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly param?: string | undefined;
  /** Of a response that has not started. */
  readonly status?: number;
}

/** OpenAI's own codes, where it has one that programs look for. */
const codes: Readonly<Record<string, string>> = {
  unauthorized: "invalid_api_key",
  not_found: "model_not_found",
};

/** An error as OpenAI words it. */
export const encodeOpenAiError = ({
  code,
  message,
  param,
  status = 500,
}: Failure): z.infer<typeof openAiError> => ({
  error: {
    message,
    type: status < 500 ? "invalid_request_error" : "server_error",
    param: param ?? null,
    code: codes[code] ?? code,
  },
});

/** The form of errors on OpenAI's routes. */
export const openAiErrorForm = {
  contentType: "application/json; charset=utf-8",
  schema: openAiError,
  encode: (failure: Failure): string => JSON.stringify(encodeOpenAiError(failure)),
};
