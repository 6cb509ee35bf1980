import * as z from "zod";
import type { FoundKnowledge } from "../chat/search-knowledge.ts";
import { rounded } from "./rounded.ts";

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
