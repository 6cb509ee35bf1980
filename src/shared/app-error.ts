/** Everything that can go wrong, as a caller, a log query or an alert names it. */
export type ErrorCode =
  | "bad_request"
  | "body_too_large"
  | "content_filter"
  | "deadline_exceeded"
  | "disk_full"
  | "embedder_failed"
  | "engine_unavailable"
  | "generation_unusable"
  | "ingest_failed"
  | "internal"
  | "method_not_allowed"
  | "misconfigured"
  | "model_failed"
  | "namespace_failed"
  | "no_knowledge"
  | "not_found"
  | "origin_not_allowed"
  | "publish_lost"
  | "retrieval_unavailable"
  | "snapshot_unavailable"
  | "unauthorized"
  | "unsupported_media_type";

interface Details extends ErrorOptions {
  readonly param?: string;
  readonly spent?: { readonly promptTokens: number; readonly completionTokens: number } | undefined;
}

/** The one error class: a code for machines, a message for the owner, the cause kept. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  /** Which part of a caller's request is wrong, where one is. */
  readonly param: string | undefined;
  /** What a model charged all the same. */
  readonly spent: Details["spent"];

  constructor(code: ErrorCode, message: string, options?: Details) {
    super(message, options);
    this.code = code;
    this.param = options?.param;
    this.spent = options?.spent;
  }

  /** Also of a part that was built into a file of its own, and has a class of its own there. */
  static override [Symbol.hasInstance](value: unknown): value is AppError {
    return value instanceof Error && value.name === "AppError" && "code" in value;
  }
}

/** Gives any thrown value a code, so that nothing uncoded travels further up. */
export const toAppError = (error: unknown, code: ErrorCode = "internal"): AppError =>
  error instanceof AppError ? error : new AppError(code, messageOf(error), { cause: error });

/** The words of a thrown value and of what caused it, on one line, for logs. */
export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : messageOf(error.cause);
  const text = cause && !error.message.includes(cause) ? `${error.message} (${cause})` : error.message;
  return text.replaceAll(/\s+/g, " ").trim();
};
