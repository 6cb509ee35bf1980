import { createHash } from "node:crypto";
import type { Embedder, Vector } from "../ports/embedder.ts";
import type { GenerationContent } from "../ports/generation.ts";
import type { EmbeddedPassage } from "../ports/vector-store.ts";
import type { SplitPassage } from "./split-file.ts";

const batchSize = 32;

interface Tools {
  readonly embedder: Embedder;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal: AbortSignal;
}

type Passages = ReadonlyMap<string, readonly SplitPassage[]>;

export interface Embedded {
  readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
  /** How many texts were embedded; the vectors of all others were known. */
  readonly embedded: number;
  readonly durationMs: number;
}

/** Gives every passage its vector; only texts that the previous generation does not hold are embedded. */
export const embedPassages = async (
  passages: Passages,
  previous: GenerationContent | undefined,
  { embedder, onProgress, signal }: Tools,
): Promise<Embedded> => {
  const vectors = await knownVectors(previous, embedder);
  const texts = new Map([...passages.values()].flat().map(({ embedText }) => [hashOf(embedText), embedText]));
  const missing = [...texts].filter(([hash]) => !vectors.has(hash));
  await embedder.load?.();
  const start = performance.now();
  for (let done = 0; done < missing.length; done += batchSize) {
    const batch = missing.slice(done, done + batchSize);
    const made = await embedder.embed(
      batch.map(([, text]) => text),
      signal,
    );
    for (const [index, [hash]] of batch.entries()) vectors.set(hash, made[index] ?? []);
    onProgress({ done: done + batch.length, total: missing.length });
  }
  const durationMs = performance.now() - start;
  const withVector = ({ embedText, ...passage }: SplitPassage): EmbeddedPassage => {
    const embedHash = hashOf(embedText);
    return { ...passage, embedHash, vector: vectors.get(embedHash) ?? [] };
  };
  return {
    passages: new Map([...passages].map(([namespace, all]) => [namespace, all.map(withVector)])),
    embedded: missing.length,
    durationMs,
  };
};

/** Vectors of another embedder would be of no use, and those of a damaged generation not to be trusted. */
const knownVectors = async (
  previous: GenerationContent | undefined,
  { name }: Embedder,
): Promise<Map<string, Vector>> => {
  if (previous?.manifest.embedder.name !== name) return new Map();
  const passages = await previous.passages().catch(() => new Map<string, readonly EmbeddedPassage[]>());
  return new Map([...passages.values()].flat().map(({ embedHash, vector }) => [embedHash, vector]));
};

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
