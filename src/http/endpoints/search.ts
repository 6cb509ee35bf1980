import * as z from "zod";
import { questionText } from "../../chat/question-text.ts";
import { searchKnowledge } from "../../chat/search-knowledge.ts";
import type { FoundKnowledge } from "../../chat/search-knowledge.ts";
import { readJsonBody, parseWith } from "../body.ts";
import { boundedList } from "../described-as.ts";
import { searchErrors } from "../errors.ts";
import { jsonResponse } from "../response.ts";
import { rounded } from "../rounded.ts";
import type { Route } from "../route.ts";

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

/** The body of `POST /api/search`. */
export const searchResult = z.object({
  generation: z.string(),
  durationMs: z.number(),
  namespaces: z.array(
    z.object({
      name: z.string(),
      durationMs: z.number(),
      found: z.number().int().describe("How many passages were found."),
      hits: z
        .array(z.object({ id: z.string(), text: z.string(), source: z.string(), score: z.number() }))
        .describe("What was found; nothing of a style, which is never shown."),
      error: z
        .object({ code: z.string(), message: z.string() })
        .optional()
        .describe("Why this namespace could not be searched."),
    }),
  ),
});

export const encodeSearch = ({
  generation,
  durationMs,
  namespaces,
}: FoundKnowledge): z.infer<typeof searchResult> => ({
  generation,
  durationMs: rounded(durationMs),
  namespaces: namespaces.map(({ namespace, found, hits, durationMs: took, error }) => ({
    name: namespace.name,
    durationMs: rounded(took),
    found,
    hits: hits.map(({ id, text, source, score }) => ({ id, text, source, score: rounded(score) })),
    ...(error
      ? { error: { code: error.code, message: "This namespace cannot be searched at the moment." } }
      : {}),
  })),
});

/** `POST /api/search`: retrieval alone. */
export const searchRoute: Route = {
  name: "search",
  path: "api/search",
  operations: {
    POST: {
      summary: "Finds passages, without an answer",
      body: searchRequest,
      answers: [{ status: 200, about: "What was found, namespace by namespace.", schema: searchResult }],
      errors: searchErrors,
      handle: async ({ access, request, telemetry, signal }) => {
        const asked = parseSearchRequest(await readJsonBody(request));
        const app = await access();
        return jsonResponse(200, encodeSearch(await searchKnowledge(asked, { ...app, telemetry }, signal)));
      },
    },
  },
};
