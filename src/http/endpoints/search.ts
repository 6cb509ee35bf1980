import * as z from "zod";
import { questionText } from "../../chat/question-text.ts";
import { searchKnowledge } from "../../chat/search-knowledge.ts";
import type { FoundKnowledge } from "../../chat/search-knowledge.ts";
import { countByNamespace, logSearches } from "../../chat/log-searches.ts";
import { confidence, fit } from "../answer-terms.ts";
import { readJsonBody, parseWith } from "../body.ts";
import { namespaceNames } from "../conversation.ts";
import { searchErrors } from "../errors.ts";
import { jsonResponse } from "../response.ts";
import { rounded } from "../rounded.ts";
import type { Route } from "../route.ts";

/** The body of `POST /api/search`. */
export const searchRequest = z.strictObject({
  question: questionText,
  namespaces: namespaceNames.optional(),
});

export type SearchRequest = z.infer<typeof searchRequest>;

/** Reads the body of `POST /api/search`. Fails with `bad_request`. */
export const parseSearchRequest = (body: unknown): SearchRequest => parseWith(searchRequest, body);

/** The body of `POST /api/search`. */
export const searchResult = z.object({
  generation: z.string(),
  durationMs: z.number(),
  confidence,
  searchedFor: z
    .string()
    .optional()
    .describe("What was searched for, where something of the question was mistyped or abbreviated."),
  namespaces: z.array(
    z.object({
      name: z.string(),
      durationMs: z.number(),
      found: z.number().int().describe("How many passages were found."),
      hits: z
        .array(z.object({ id: z.string(), text: z.string(), source: z.string(), ...fit }))
        .describe("What was found, the best first; nothing of a style, which is never shown."),
      error: z
        .object({ code: z.string(), message: z.string() })
        .optional()
        .describe("Why this namespace could not be searched."),
    }),
  ),
});

export const encodeSearch = (
  { generation, durationMs, confidence: found, searchedFor, namespaces, hits }: FoundKnowledge,
  question: string,
): z.infer<typeof searchResult> => ({
  generation,
  durationMs: rounded(durationMs),
  confidence: found,
  ...(searchedFor === question ? {} : { searchedFor }),
  namespaces: namespaces.map(({ namespace: { name, role }, voice, durationMs: took, error }) => {
    const own = hits.filter((hit) => hit.namespace === name);
    return {
      name,
      durationMs: rounded(took),
      found: role === "style" ? voice.length : own.length,
      hits: own.map(({ id, text, source, similarity, score }) => ({
        id,
        text,
        source,
        similarity: rounded(similarity),
        score: rounded(score),
      })),
      ...(error
        ? { error: { code: error.code, message: "This namespace cannot be searched at the moment." } }
        : {}),
    };
  }),
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
        const found = await searchKnowledge(asked, { ...app, telemetry }, signal);
        logSearches(telemetry, found, countByNamespace(found.hits));
        return jsonResponse(200, encodeSearch(found, asked.question));
      },
    },
  },
};
