import type { ErrorCode } from "../shared/app-error.ts";

/** 4xx is the caller's fault alone; what is not here is ours, a 500. */
const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  bad_request: 400,
  body_too_large: 413,
  deadline_exceeded: 504,
  embedder_failed: 503,
  engine_unavailable: 503,
  generation_unusable: 503,
  method_not_allowed: 405,
  misconfigured: 503,
  model_failed: 502,
  no_knowledge: 503,
  not_found: 404,
  origin_not_allowed: 403,
  retrieval_unavailable: 503,
  unauthorized: 401,
  unsupported_media_type: 415,
};

/** The HTTP status of an error. */
export const errorStatus = (code: ErrorCode): number => statuses[code] ?? 500;
