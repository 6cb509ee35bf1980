import { createHash } from "node:crypto";
import type { Embedder, Vector } from "../ports/embedder.ts";
import type { Manifest } from "../ports/generation.ts";
import type { EmbeddedPassage } from "../ports/passage.ts";
import type { SplitPassage } from "./split-file.ts";
import type { Wording } from "./word-passage.ts";

/** Texts a call. */
const batchSize = 32;

interface EmbedTools {
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
  /** How many passages had to be embedded; the vectors of all others were known. */
  readonly embedded: number;
  readonly durationMs: number;
}

/** Gives every passage its vectors; only what the previous generation does not hold is embedded. */
export const embedPassages = async (
  passages: Passages,
  previous: ServedPassages | undefined,
  { embedder, onProgress, signal }: EmbedTools,
): Promise<Embedded> => {
  const vectors = knownVectors(previous, embedder);
  const all = [...passages.values()].flat();
  const missing = all.filter(({ wordings }) =>
    wordings.some((wording) => !vectors.has(embedHashOf(wording))),
  );
  const wanted = new Map(
    missing
      .flatMap(({ wordings }) => wordings)
      .map((wording) => [embedHashOf(wording), wording] as const)
      .filter(([hash]) => !vectors.has(hash)),
  );
  const texts = [...new Set([...wanted.values()].flatMap((wording) => wording.texts))];
  await embedder.load?.();
  const start = performance.now();
  const vectorOf = new Map<string, Vector>();
  for (let done = 0; done < texts.length; done += batchSize) {
    const batch = texts.slice(done, done + batchSize);
    const made = await embedder.embed(batch, signal);
    for (const [index, text] of batch.entries()) vectorOf.set(text, made[index] ?? []);
    onProgress({ done: done + batch.length, total: texts.length });
  }
  for (const [hash, wording] of wanted)
    vectors.set(hash, middleOf(wording.texts.map((text) => vectorOf.get(text) ?? [])));
  const durationMs = performance.now() - start;
  const withVectors = ({ wordings, ...passage }: SplitPassage): EmbeddedPassage => ({
    ...passage,
    vectors: wordings.map((wording) => {
      const embedHash = embedHashOf(wording);
      const unit = wording.unit === undefined ? {} : { unit: wording.unit };
      return { ...unit, embedHash, vector: vectors.get(embedHash) ?? [] };
    }),
  });
  return {
    passages: new Map([...passages].map(([namespace, group]) => [namespace, group.map(withVectors)])),
    embedded: missing.length,
    durationMs,
  };
};

/** Vectors of another embedder would be of no use. */
const knownVectors = (previous: ServedPassages | undefined, { name }: Embedder): Map<string, Vector> => {
  if (previous?.manifest.embedder.name !== name) return new Map();
  const known = [...previous.passages.values()].flat().flatMap(({ vectors }) => vectors);
  return new Map(known.map(({ embedHash, vector }) => [embedHash, vector]));
};

/** The direction between unit vectors, scaled to length 1. */
const middleOf = ([first = [], ...others]: readonly Vector[]): Vector => {
  if (others.length === 0) return first;
  const sum = first.map((value, index) =>
    others.reduce((total, other) => total + (other[index] ?? 0), value),
  );
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
};

/** Names what is embedded: the same hash has the same vector. */
export const embedHashOf = ({ texts }: Pick<Wording, "texts">): string =>
  createHash("sha256")
    .update(texts.length === 1 ? (texts[0] ?? "") : JSON.stringify(texts))
    .digest("hex")
    .slice(0, 32);
