import { createHash } from "node:crypto";
import type { Embedder, Vector } from "../ports/embedder.ts";
import type { Manifest } from "../ports/generation.ts";
import type { EmbeddedPassage } from "../ports/passage.ts";
import type { SplitPassage } from "./split-file.ts";

const batchSize = 32;

interface Tools {
  readonly embedder: Embedder;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal: AbortSignal;
}

type Passages = ReadonlyMap<string, readonly SplitPassage[]>;

/** What is served, as far as it could be read. */
export interface ServedPassages {
  readonly manifest: Manifest;
  readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
}

export interface Embedded {
  readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
  /** How many texts were embedded; the vectors of all others were known. */
  readonly embedded: number;
  readonly durationMs: number;
}

/** Gives every passage its vector; only texts that the previous generation does not hold are embedded. */
export const embedPassages = async (
  passages: Passages,
  previous: ServedPassages | undefined,
  { embedder, onProgress, signal }: Tools,
): Promise<Embedded> => {
  const vectors = knownVectors(previous, embedder);
  const texts = new Map(
    [...passages.values()].flat().map(({ embedText }) => [embedHashOf(embedText), embedText]),
  );
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
    const embedHash = embedHashOf(embedText);
    return { ...passage, embedHash, vector: vectors.get(embedHash) ?? [] };
  };
  return {
    passages: new Map([...passages].map(([namespace, all]) => [namespace, all.map(withVector)])),
    embedded: missing.length,
    durationMs,
  };
};

/** Vectors of another embedder would be of no use. */
const knownVectors = (previous: ServedPassages | undefined, { name }: Embedder): Map<string, Vector> => {
  if (previous?.manifest.embedder.name !== name) return new Map();
  return new Map([...previous.passages.values()].flat().map(({ embedHash, vector }) => [embedHash, vector]));
};

/** Names a text that is embedded: the same hash has the same vector. */
export const embedHashOf = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 32);
