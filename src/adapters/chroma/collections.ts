import type { ChromaClient, Collection } from "chromadb";
import type { EmbeddedPassage } from "../../ports/passage.ts";
import { AppError, messageOf } from "../../shared/app-error.ts";
import type { ErrorCode } from "../../shared/app-error.ts";
import { underSignal } from "./store.ts";

/** Passages a call: about 2 MB of JSON at 384 dimensions. */
const batchSize = 250;

/** For one call: a batch, or the first query of a large index. */
const callTimeoutMs = 60_000;

interface Collections {
  readonly client: ChromaClient;
  /** The collection of each namespace. */
  readonly collections: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

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
        configuration: { hnsw: { space: "cosine" } },
      }),
    );
    const all = passages.get(namespace) ?? [];
    for (let start = 0; start < all.length; start += batchSize) {
      const batch = all.slice(start, start + batchSize);
      await call(`take in passages of ${namespace}`, () =>
        collection.add({
          ids: batch.map(({ id }) => id),
          embeddings: batch.map(({ vector }) => vector as number[]),
          documents: batch.map(({ text }) => text),
          metadatas: batch.map(({ source, line }) => ({ source, line })),
        }),
      );
    }
  }
};

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
      if (found !== wanted) throw new Error(`it holds ${found} passages instead of ${wanted}`);
      // the first query of a collection loads its index: better now than for a visitor
      await collection.query({ queryEmbeddings: [anywhere], nResults: 1 });
      handles.set(namespace, collection);
    });
  }
  return handles;
};
