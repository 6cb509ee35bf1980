import { LRUCache } from "lru-cache";
import { currentTelemetry } from "../telemetry/in-span.ts";
import type { Embedder, PiecedText, Vector, WordPieces } from "../ports/embedder.ts";

/** Keeps the vectors of the questions asked last: starters and follow-ups come again and again. */
export const createCachedEmbedder = (embedder: Embedder, { size }: { readonly size: number }): Embedder => {
  const vectors = new LRUCache<string, Vector>({ max: size });
  const { wordPieces } = embedder;
  return {
    ...embedder,
    ...(wordPieces ? { wordPieces: cachedPieces(wordPieces) } : {}),
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

/** Of word pieces: those of 3,000 sentences. All of 20,000 passages would take 300 to 500 MB. */
const maxPieceBytes = 32 * 1024 * 1024;

/** A text costs a run of the model, which the candidates of a question would cost each time. */
const cachedPieces = (wordPieces: WordPieces): WordPieces => {
  const known = new LRUCache<string, PiecedText>({ maxSize: maxPieceBytes, sizeCalculation: bytesOf });
  return {
    ...wordPieces,
    embed: async (text, signal) => {
      const found = known.get(text);
      currentTelemetry().measure("colophon.cache_lookups", 1, { cache: "pieces", hit: found !== undefined });
      if (found) return found;
      const made = await wordPieces.embed(text, signal);
      known.set(text, made);
      return made;
    },
  };
};

const bytesPerNumber = 8;

const bytesOf = ({ vector, pieceVectors }: PiecedText, text: string): number =>
  vector.length * bytesPerNumber + pieceVectors.byteLength + 2 * text.length;
