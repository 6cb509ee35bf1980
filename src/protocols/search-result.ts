import type { FoundKnowledge } from "../chat/search-knowledge.ts";

/** The body of `POST /api/search`. */
export const encodeSearch = ({ generation, durationMs, namespaces }: FoundKnowledge): object => ({
  generation,
  durationMs: rounded(durationMs),
  namespaces: namespaces.map(({ namespace, hits, durationMs: took, error }) => ({
    name: namespace.name,
    durationMs: rounded(took),
    hits: hits.map(({ id, text, source, score }) => ({ id, text, source, score: rounded(score) })),
    ...(error
      ? { error: { code: error.code, message: "This namespace cannot be searched at the moment." } }
      : {}),
  })),
});

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
