import * as z from "zod";
import { boundedList } from "./described-as.ts";
import { parseWith } from "./parse-with.ts";
import { questionText } from "./question-text.ts";

/** The body of `POST /api/search`. */
export const searchRequest = z.strictObject({
  question: questionText,
  namespaces: boundedList(z.string().max(40), {
    min: [1, "must name at least one namespace"],
    max: [20, "must name at most 20 namespaces"],
  }).optional(),
});

export type SearchRequest = z.infer<typeof searchRequest>;

/** Reads the body of `POST /api/search`. Fails with `bad_request`. */
export const parseSearchRequest = (body: unknown): SearchRequest => parseWith(searchRequest, body);
