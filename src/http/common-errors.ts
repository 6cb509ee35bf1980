import type { ErrorCode } from "../shared/app-error.ts";

/** What can go wrong when the knowledge is searched. */
export const searchErrors: readonly ErrorCode[] = [
  "deadline_exceeded",
  "embedder_failed",
  "engine_unavailable",
  "generation_unusable",
  "no_knowledge",
  "retrieval_unavailable",
  "snapshot_unavailable",
];

/** What can go wrong when a question is answered. */
export const answerErrors: readonly ErrorCode[] = [...searchErrors, "model_failed"];
