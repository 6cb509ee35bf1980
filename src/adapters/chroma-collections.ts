import type { ChromaClient } from "chromadb";
import type { EmbeddedPassage } from "../ports/vector-store.ts";
import { AppError, toAppError } from "../shared/app-error.ts";
import { underSignal } from "./chroma-store.ts";

/** Passages a call: about 2 MB of JSON at 384 dimensions. */
const batchSize = 250;

interface Collections {
  readonly client: ChromaClient;
  /** The collection of each namespace. */
  readonly collections: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

type Passages = ReadonlyMap<string, readonly EmbeddedPassage[]>;

/** Makes and fills a collection for each namespace, an empty one included. */
export const fillCollections = ({
  client,
  collections,
  passages,
  signal,
}: Collections & { readonly passages: Passages }): Promise<void> =>
  underSignal(signal, async () => {
    for (const [namespace, name] of collections) {
      const collection = await client.createCollection({
        name,
        embeddingFunction: null,
        configuration: { hnsw: { space: "cosine" } },
      });
      const all = passages.get(namespace) ?? [];
      for (let start = 0; start < all.length; start += batchSize) {
        const batch = all.slice(start, start + batchSize);
        await collection.add({
          ids: batch.map(({ id }) => id),
          embeddings: batch.map(({ vector }) => vector as number[]),
          documents: batch.map(({ text }) => text),
          metadatas: batch.map(({ source, line }) => ({ source, line })),
        });
      }
    }
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw toAppError(error, "ingest_failed");
  });

/** Counts what is in the collections and asks each one a question; fails where something is missing. */
export const checkCollections = (
  { client, collections, signal }: Collections,
  expected: ReadonlyMap<string, number>,
  dimensions: number,
): Promise<void> =>
  underSignal(signal, async () => {
    const anywhere = Array.from({ length: dimensions }, () => 1 / Math.sqrt(dimensions));
    for (const [namespace, name] of collections) {
      const collection = await client.getCollection({ name });
      const found = await collection.count();
      const wanted = expected.get(namespace) ?? 0;
      if (found !== wanted) {
        throw new AppError(
          "generation_unusable",
          `${namespace} holds ${found} passages instead of ${wanted}.`,
        );
      }
      // the first query of a collection loads its index: better now than for a visitor
      await collection.query({ queryEmbeddings: [anywhere], nResults: 1 });
    }
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw toAppError(error, "generation_unusable");
  });
