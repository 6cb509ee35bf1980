import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  OpenAIError,
} from "openai";
import { AppError } from "../../shared/app-error.ts";
import { wordsOfServer } from "./server-words.ts";
import type { Sent } from "./server-words.ts";

/**
 * What went wrong with a model's server, for the owner, in our words and the server's own. `sent` is
 * what the server may repeat and the log must not.
 */
export const toModelError = (
  error: unknown,
  sent: Sent,
  code: "model_failed" | "embedder_failed" = "model_failed",
): AppError => {
  if (error instanceof AppError) return error;
  const server = code === "embedder_failed" ? "The embedding model's server" : "The model's server";
  const message = `${server} ${describe(error)}.${quote(error, sent)}`;
  return new AppError(code, message, { cause: causeOf(error) });
};

/** Of a refused key it may say a part. */
const quote = (error: unknown, sent: Sent): string => {
  if (error instanceof APIError && (error.status === 401 || error.status === 403)) return "";
  const words = wordsOfServer(error, sent);
  return words === "" ? "" : ` It said: "${words}"`;
};

const describe = (error: unknown): string => {
  const stopped = error instanceof Error && /^(?:Timeout|Abort)Error$/.test(error.name);
  if (stopped || error instanceof APIUserAbortError) return "did not answer in the time there was";
  if (error instanceof APIConnectionTimeoutError) return "did not answer in time";
  if (error instanceof APIError && (error.status || error.error)) {
    return `answered ${namesOf(error) || "with an error"}${advice(error)}`;
  }
  if (error instanceof OpenAIError && /token from 'apiKey'/.test(error.message)) {
    return 'cannot be asked, Entra ID gave no token: sign in with "az login", or give the app a managed identity';
  }
  // what fetch throws while a response is read
  if (error instanceof TypeError && error.cause instanceof Error) return "broke the connection";
  if (error instanceof RangeError) return error.message;
  return "cannot be asked";
};

/** What is no name is left out: some servers put whole sentences there. */
const namesOf = ({ status, code, type }: APIError): string =>
  [status, code ?? type].filter((name) => /^[\w.-]{1,60}$/.test(String(name ?? ""))).join(" ");

const advice = ({ status, headers }: APIError): string => {
  if (status === 401 || status === 403) {
    return (
      ": it does not accept the key or the identity " +
      '(on Azure, an identity needs the role "Cognitive Services OpenAI User")'
    );
  }
  if (status === 404) return ": it has no model or deployment of this name, or the address is wrong";
  const waitMs = Number(headers?.get("retry-after-ms") ?? 0);
  return waitMs > 0 ? `, and asks to be left alone for ${Math.ceil(waitMs / 1_000)} s` : "";
};

/** Without an answer there is nothing that may repeat what was sent; of any other error the name alone is kept. */
const causeOf = (error: unknown): Error | undefined => {
  if (error instanceof APIConnectionError) return error;
  if (error instanceof TypeError && error.cause instanceof Error) return error;
  return error instanceof Error && error.name !== "Error" ? new Error(error.name) : undefined;
};
