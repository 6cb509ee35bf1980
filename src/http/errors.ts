import * as z from "zod";
import type { PublicErrorCode } from "../chat/public-error.ts";
import type { ErrorCode } from "../shared/app-error.ts";

/** An error as a caller may read it. */
export interface PublicError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Which part of the request is wrong. */
  readonly param?: string | undefined;
  readonly status: number;
}

/** How a protocol words an error. */
export interface ErrorForm {
  readonly contentType: string;
  readonly schema: z.ZodType;
  readonly encode: (error: PublicError) => string;
}

/** The form of the AI Chat Protocol, and of every route that has none of its own. */
export const plainErrorForm: ErrorForm = {
  contentType: "application/json; charset=utf-8",
  schema: z
    .object({
      error: z.object({
        code: z.string().describe("Which error it is, for programs."),
        message: z.string().describe("The same in words, for people."),
      }),
    })
    .meta({ title: "Error" }),
  encode: ({ code, message }) => JSON.stringify({ error: { code, message } }),
};

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

/** The errors that every request can get. */
export const commonErrors: readonly PublicErrorCode[] = ["origin_not_allowed", "internal"];

/** The errors that a request that may need a key can get. */
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
