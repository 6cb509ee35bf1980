import type { AppError, ErrorCode } from "../shared/app-error.ts";

const messages = {
  deadline_exceeded: "The answer took too long. Please try again.",
  embedder_failed: "The knowledge cannot be searched at the moment. Please try again in a few seconds.",
  engine_unavailable: "The knowledge cannot be searched at the moment. Please try again in a few seconds.",
  generation_unusable: "The knowledge cannot be read at the moment. The owner of this site can see why.",
  internal: "Something went wrong. Please try again.",
  misconfigured: "This service is not set up correctly. The owner of this site can see why.",
  model_failed: "The answer broke off. Please try again.",
  no_knowledge: "There is no knowledge to answer from yet. The owner of this site has to ingest some files.",
  retrieval_unavailable: "The knowledge cannot be searched at the moment. Please try again in a few seconds.",
} as const satisfies Partial<Record<ErrorCode, string>>;

/** About the request itself: the caller may read all of it. */
const byCallers = [
  "bad_request",
  "body_too_large",
  "method_not_allowed",
  "not_found",
  "origin_not_allowed",
  "unauthorized",
  "unsupported_media_type",
] as const satisfies readonly ErrorCode[];

/** The errors that a visitor may see. */
export type PublicErrorCode = keyof typeof messages | (typeof byCallers)[number];

export const publicErrorCodes = [...Object.keys(messages), ...byCallers] as readonly PublicErrorCode[];

/** What a visitor may read of an error: the whole of it when it is about the request, else a fixed text. */
export const publicError = ({
  code,
  message,
}: AppError): { readonly code: PublicErrorCode; readonly message: string } => {
  const known = publicErrorCodes.find((one) => one === code) ?? "internal";
  return { code: known, message: known in messages ? messages[known as keyof typeof messages] : message };
};
