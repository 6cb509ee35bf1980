import type { ChromaClient } from "chromadb";
import type { EmbeddedPassage } from "../ports/vector-store.ts";
import { AppError, toAppError } from "../shared/app-error.ts";
import { underSignal } from "./chroma-store.ts";

/** Passages a call: about 2 MB of JSON at 384 dimensions. */
const batchSize = 250;

interface Build {
  readonly client: ChromaClient;
  readonly collections: ReadonlyMap<string, string>;
  readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
  readonly signal: AbortSignal;
}

/** Makes and fills a collection for each namespace, an empty one included. */
export const fillCollections = ({ client, collections, passages, signal }: Build): Promise<void> =>
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
    throw toAppError(error, "ingest_failed");
  });

/** Asks what was written for its numbers and for one passage of each namespace by its own vector. */
export const verifyCollections = ({ client, collections, passages, signal }: Build): Promise<void> =>
  underSignal(signal, async () => {
    for (const [namespace, name] of collections) {
      const expected = passages.get(namespace) ?? [];
      const collection = await client.getCollection({ name });
      const found = await collection.count();
      if (found !== expected.length) {
        throw new AppError(
          "ingest_failed",
          `${namespace}: ${expected.length} passages written, ${found} found.`,
        );
      }
      const sample = expected.at(-1);
      if (!sample) continue;
      const nearest = await collection.query({ queryEmbeddings: [sample.vector as number[]], nResults: 1 });
      if ((nearest.distances[0]?.[0] ?? 1) > 0.001) {
        throw new AppError(
          "ingest_failed",
          `${namespace}: the passage ${sample.id} is not found by its own vector.`,
        );
      }
    }
  }).catch((error: unknown) => {
    throw toAppError(error, "ingest_failed");
  });
