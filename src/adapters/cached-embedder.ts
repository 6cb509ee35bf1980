import { LRUCache } from "lru-cache";
import { currentTelemetry } from "../telemetry/in-span.ts";
import type { Embedder, Vector } from "../ports/embedder.ts";

/** Keeps the vectors of the questions asked last: starters and follow-ups come again and again. */
export const createCachedEmbedder = (embedder: Embedder, { size }: { readonly size: number }): Embedder => {
  const vectors = new LRUCache<string, Vector>({ max: size });
  return {
    ...embedder,
    embed: async (texts, signal) => {
      const missing = [...new Set(texts)].filter((text) => !vectors.has(text));
      const hit = missing.length === 0;
      currentTelemetry().measure("colophon.cache_lookups", 1, { cache: "embedding", hit });
      const made = hit ? [] : await embedder.embed(missing, signal);
      const fresh = new Map(missing.map((text, index) => [text, made[index] ?? []]));
      for (const [text, vector] of fresh) vectors.set(text, vector);
      return texts.map((text) => fresh.get(text) ?? vectors.get(text) ?? []);
    },
  };
};
