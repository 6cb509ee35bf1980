import { APIConnectionTimeoutError, APIError, APIUserAbortError, OpenAIError } from "openai";
import { AppError } from "../shared/app-error.ts";

/**
 * What went wrong with a model's server, in words for the owner. Only what names the error: a server's
 * own text may repeat the prompt, or a key.
 */
export const toModelError = (
  error: unknown,
  code: "model_failed" | "embedder_failed" = "model_failed",
): AppError => {
  if (error instanceof AppError) return error;
  const server = code === "embedder_failed" ? "The embedding model's server" : "The model's server";
  return new AppError(code, `${server} ${describe(error)}.`, { cause: nameOf(error) });
};

const describe = (error: unknown): string => {
  const stopped = error instanceof Error && error.name === "TimeoutError";
  if (stopped || error instanceof APIUserAbortError) return "did not answer in the time there was";
  if (error instanceof APIConnectionTimeoutError) return "did not answer in time";
  if (error instanceof APIError && (error.status || error.code || error.type)) {
    return `answered ${namesOf(error)}${advice(error)}`;
  }
  if (error instanceof OpenAIError && /token from 'apiKey'/.test(error.message)) {
    return 'cannot be asked, Entra ID gave no token: sign in with "az login", or give the app a managed identity';
  }
  return "cannot be asked";
};

const namesOf = ({ status, code, type }: APIError): string =>
  [status, code ?? type].filter(Boolean).join(" ");

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

const nameOf = (error: unknown): Error => new Error(error instanceof Error ? error.name : "unknown");
