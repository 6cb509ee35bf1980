import type { ChromaClient, Collection } from "chromadb";
import type { Manifest } from "../../ports/generation.ts";
import type { EmbeddedPassage } from "../../ports/passage.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
import { AppError, messageOf } from "../../shared/app-error.ts";
import type { ErrorCode } from "../../shared/app-error.ts";
import { vectorId } from "../../shared/vector-id.ts";
import { underSignal } from "./store.ts";

/** Vectors a call: about 2 MB of JSON at 384 dimensions. */
const batchSize = 250;

/** For one call: a batch, or the first query of a large index. */
const callTimeoutMs = 60_000;

interface Collections {
  readonly client: ChromaClient;
  /** The collection of each namespace. */
  readonly collections: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/**
 * How the engine links near vectors. With its defaults one question in 25 lost its best passage among 20,000 vectors in
 * clusters of near equals, silently; with these none, for 0.2 ms more.
 */
const hnsw = { space: "cosine", ef_construction: 200, max_neighbors: 32, ef_search: 200 } as const;

type Passages = ReadonlyMap<string, readonly EmbeddedPassage[]>;

/** Makes calls of the client, each with a deadline; a failure is reported as the work it was for. */
const calling =
  (signal: AbortSignal, code: ErrorCode) =>
  async <T>(what: string, call: () => Promise<T>): Promise<T> => {
    const deadline = AbortSignal.timeout(callTimeoutMs);
    try {
      return await underSignal(AbortSignal.any([signal, deadline]), call);
    } catch (error) {
      signal.throwIfAborted();
      const why = deadline.aborted ? `no answer in ${callTimeoutMs / 1_000} s` : messageOf(error);
      // an engine that died says nothing of what it held
      const isGone = deadline.aborted || (error as Error).name === "ChromaConnectionError";
      throw new AppError(isGone ? "engine_unavailable" : code, `Chroma could not ${what}: ${why}`, {
        cause: error,
      });
    }
  };

/** Makes and fills a collection for each namespace, an empty one included. */
export const fillCollections = async ({
  client,
  collections,
  passages,
  signal,
}: Collections & { readonly passages: Passages }): Promise<void> => {
  const call = calling(signal, "ingest_failed");
  for (const [namespace, name] of collections) {
    const collection = await call(`make the collection of ${namespace}`, () =>
      client.createCollection({
        name,
        embeddingFunction: null,
        configuration: { hnsw },
      }),
    );
    const all = (passages.get(namespace) ?? []).flatMap(({ id, vectors }) =>
      vectors.map(({ unit, vector }) => ({ id: vectorId(id, unit), vector })),
    );
    for (let start = 0; start < all.length; start += batchSize) {
      const batch = all.slice(start, start + batchSize);
      await call(`take in vectors of ${namespace}`, () =>
        collection.add({
          ids: batch.map(({ id }) => id),
          embeddings: batch.map(({ vector }) => vector as number[]),
        }),
      );
    }
  }
};

/** How many vectors each namespace has. */
export const countVectors = (passages: Passages): ReadonlyMap<string, number> =>
  new Map(
    [...passages].map(([name, all]) => [name, all.reduce((sum, { vectors }) => sum + vectors.length, 0)]),
  );

/** The same, as a manifest says it. */
export const statedVectors = ({ namespaces }: Manifest): ReadonlyMap<string, number> =>
  new Map(namespaces.map(({ name, passages, vectors }) => [name, vectors ?? passages]));

/** How many of a namespace's own vectors are asked for, and how many of these may be missed. */
const sampleSize = 40;
const maxMissed = 2;

/**
 * Asks a new index for a sample of its own vectors: each must be nearest to itself, or to an equal. Where the engine's
 * graph has parts that nothing leads to, passages would never be found, and nothing would say so.
 */
export const checkOwnVectors = async (
  store: VectorStore,
  passages: Passages,
  signal: AbortSignal,
): Promise<void> => {
  for (const [namespace, all] of passages) {
    const vectors = all.flatMap((passage) => passage.vectors.map(({ vector }) => vector));
    const step = Math.max(1, Math.floor(vectors.length / sampleSize));
    let missed = 0;
    for (const vector of vectors.filter((_, place) => place % step === 0)) {
      const [nearest] = await store.nearest({ namespace, vector, limit: 1, signal });
      if ((nearest?.similarity ?? 0) < minSelfSimilarity) missed += 1;
    }
    if (missed > maxMissed)
      throw new AppError(
        "ingest_failed",
        `The index of ${namespace} does not find ${missed} of its own vectors.`,
      );
  }
};

const minSelfSimilarity = 0.999;

/**
 * Counts what is in the collections and asks each one a question; fails where something is missing.
 * Gives their handles.
 */
export const checkCollections = async (
  { client, collections, signal }: Collections,
  expected: ReadonlyMap<string, number>,
  dimensions: number,
): Promise<ReadonlyMap<string, Collection>> => {
  const call = calling(signal, "generation_unusable");
  const handles = new Map<string, Collection>();
  const anywhere = Array.from({ length: dimensions }, () => 1 / Math.sqrt(dimensions));
  for (const [namespace, name] of collections) {
    await call(`search ${namespace}`, async () => {
      const collection = await client.getCollection({ name });
      const found = await collection.count();
      const wanted = expected.get(namespace) ?? 0;
      if (found !== wanted) throw new Error(`it holds ${found} vectors instead of ${wanted}`);
      // the first query of a collection loads its index: better now than for a visitor
      await collection.query({ queryEmbeddings: [anywhere], nResults: 1 });
      handles.set(namespace, collection);
    });
  }
  return handles;
};
