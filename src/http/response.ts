import { publicError } from "../chat/public-error.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { messageOf, toAppError } from "../shared/app-error.ts";
import type { ErrorCode } from "../shared/app-error.ts";
import { errorStatus, plainErrorForm } from "./errors.ts";
import type { ErrorForm } from "./errors.ts";
import type { OutgoingResponse } from "./request.ts";

/** A JSON response that no cache keeps. */
export const jsonResponse = (
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): OutgoingResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});

/** The response for an error that happened before anything was sent, in the form of the caller's protocol. */
export const errorResponse = (
  error: { readonly code: ErrorCode; readonly message: string; readonly param?: string | undefined },
  form: ErrorForm = plainErrorForm,
): OutgoingResponse => {
  const status = errorStatus(error.code);
  return {
    status,
    headers: {
      "content-type": form.contentType,
      "cache-control": "no-store",
      // for callers of a protocol whose errors are words alone
      "x-error-code": error.code,
      ...(status === 401 ? { "www-authenticate": 'Bearer realm="colophon"' } : {}),
      ...(status === 503 ? { "retry-after": "5" } : {}),
    },
    body: form.encode({ ...error, status }),
  };
};

interface Exchange {
  readonly requestId: string;
  readonly telemetry: Telemetry;
  readonly errorForm: ErrorForm | undefined;
}

/** Runs a request's work: whatever is thrown becomes a response, and what is our fault is logged. */
export const respond = async (
  { requestId, telemetry, errorForm }: Exchange,
  work: () => Promise<OutgoingResponse>,
): Promise<OutgoingResponse> => {
  try {
    return withRequestId(await work(), requestId);
  } catch (thrown) {
    const error = toAppError(thrown);
    const response = errorResponse({ ...publicError(error), param: error.param }, errorForm);
    if (response.status >= 500) {
      telemetry.log({
        severity: "error",
        message: `[ERROR] request failed: ${messageOf(error)}`,
        attributes: { requestId, stage: "request", errorCode: error.code },
        error,
      });
    }
    return withRequestId(response, requestId);
  }
};

const withRequestId = (response: OutgoingResponse, requestId: string): OutgoingResponse => ({
  ...response,
  headers: { ...response.headers, "x-request-id": requestId },
});
