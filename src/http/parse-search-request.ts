import * as z from "zod";
import { parseWith } from "./parse-with.ts";
import { questionText } from "./question-text.ts";

/** The body of `POST /api/search`. */
export const searchRequest = z.strictObject({
  question: questionText,
  namespaces: z.array(z.string().max(40)).min(1, "must name at least one namespace").max(20).optional(),
});

export type SearchRequest = z.infer<typeof searchRequest>;

/** Reads the body of `POST /api/search`. Fails with `bad_request`. */
export const parseSearchRequest = (body: unknown): SearchRequest => parseWith(searchRequest, body);
