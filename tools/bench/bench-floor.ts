import * as z from "zod";
import type { Vector } from "../../src/ports/embedder.ts";
import type { EmbeddedPassage } from "../../src/ports/passage.ts";
import type { Namespace } from "../../src/ports/namespace.ts";
import { AppError } from "../../src/shared/app-error.ts";

const database = "api/v2/tenants/default_tenant/databases/default_database";

const collectionSchema = z.object({ id: z.string() });

interface Knowledge {
  readonly namespaces: readonly Namespace[];
  readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
}

/** Passages a call. */
const batchSize = 250;

/**
 * Makes the least that a question cost where the engine held the texts: a bare request a namespace, with documents and
 * all digits, and its answer parsed. The collections for it are made beside those of the app.
 */
export const createFloor = async (
  engineUrl: string,
  { namespaces, passages }: Knowledge,
): Promise<(vector: Vector) => Promise<void>> => {
  const collections = `${engineUrl}/${database}/collections`;
  const queries: { readonly url: string; readonly results: number }[] = [];
  for (const { name, topK } of namespaces) {
    const configuration = { hnsw: { space: "cosine" } };
    const made = await postJson(collections, { name: `floor-${name}`, configuration });
    const { id } = collectionSchema.parse(made);
    const all = passages.get(name) ?? [];
    for (let start = 0; start < all.length; start += batchSize) {
      const batch = all.slice(start, start + batchSize);
      await postJson(`${collections}/${id}/add`, {
        ids: batch.map((passage) => passage.id),
        embeddings: batch.map(({ vectors }) => vectors[0]?.vector ?? []),
        documents: batch.map(({ text }) => text),
        metadatas: batch.map(({ source, line }) => ({ source, line })),
      });
    }
    queries.push({ url: `${collections}/${id}/query`, results: topK });
  }
  return async (vector) => {
    for (const { url, results } of queries) {
      const body = {
        query_embeddings: [vector],
        n_results: results,
        include: ["metadatas", "documents", "distances"],
      };
      await postJson(url, body);
    }
  };
};

const postJson = async (url: string, body: unknown): Promise<unknown> =>
  readJson(
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );

const readJson = async (response: Response): Promise<unknown> => {
  if (!response.ok)
    throw new AppError("engine_unavailable", `The engine answered ${response.status} to the bench.`);
  return response.json();
};
