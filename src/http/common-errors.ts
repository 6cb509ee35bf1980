import type { PublicErrorCode } from "../chat/public-error.ts";

/** What every request can be told. */
export const commonErrors: readonly PublicErrorCode[] = ["origin_not_allowed", "internal"];

/** What a request that may need a key can be told. */
export const keyErrors: readonly PublicErrorCode[] = ["unauthorized", "misconfigured"];

/** What can be wrong with a JSON body. */
export const bodyErrors: readonly PublicErrorCode[] = [
  "bad_request",
  "body_too_large",
  "unsupported_media_type",
];

/** What can go wrong when the knowledge is searched. */
export const searchErrors: readonly PublicErrorCode[] = [
  "deadline_exceeded",
  "embedder_failed",
  "engine_unavailable",
  "generation_unusable",
  "no_knowledge",
  "retrieval_unavailable",
];

/** What can go wrong when a question is answered. */
export const answerErrors: readonly PublicErrorCode[] = [...searchErrors, "model_failed"];
