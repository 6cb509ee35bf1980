import type { AppError, ErrorCode } from "../shared/app-error.ts";

const messages: Readonly<Partial<Record<ErrorCode, string>>> = {
  deadline_exceeded: "The answer took too long. Please try again.",
  embedder_failed: "The knowledge cannot be searched at the moment. Please try again in a few seconds.",
  engine_unavailable: "The knowledge cannot be searched at the moment. Please try again in a few seconds.",
  generation_unusable: "The knowledge cannot be read at the moment. The owner of this site can see why.",
  misconfigured: "This service is not set up correctly. The owner of this site can see why.",
  model_failed: "The answer broke off. Please try again.",
  no_knowledge: "There is no knowledge to answer from yet. The owner of this site has to ingest some files.",
  retrieval_unavailable: "The knowledge cannot be searched at the moment. Please try again in a few seconds.",
};

const byCallers: ReadonlySet<ErrorCode> = new Set([
  "bad_request",
  "body_too_large",
  "method_not_allowed",
  "not_found",
  "origin_not_allowed",
  "unauthorized",
  "unsupported_media_type",
]);

/** What a visitor may read of an error: the whole of it when it is about the request, else a fixed text. */
export const publicMessage = (error: AppError): string =>
  byCallers.has(error.code)
    ? error.message
    : (messages[error.code] ?? "Something went wrong. Please try again.");
