import * as z from "zod";
import type { Vector } from "../../src/ports/embedder.ts";
import type { Namespace } from "../../src/ports/namespace.ts";
import { AppError } from "../../src/shared/app-error.ts";

const database = "api/v2/tenants/default_tenant/databases/default_database";

const collectionSchema = z.object({ id: z.string() });

/** Makes the least that a question can cost: a bare request a namespace, and its answer parsed. */
export const createFloor = async (
  engineUrl: string,
  namespaces: readonly Namespace[],
): Promise<(vector: Vector) => Promise<void>> => {
  const collections = `${engineUrl}/${database}/collections`;
  const queries: { readonly url: string; readonly results: number }[] = [];
  for (const { name, topK } of namespaces) {
    const found = await readJson(await fetch(`${collections}/colophon-${name}`));
    const { id } = collectionSchema.parse(found);
    queries.push({ url: `${collections}/${id}/query`, results: topK });
  }
  return async (vector) => {
    for (const { url, results } of queries) {
      const body = {
        query_embeddings: [vector],
        n_results: results,
        include: ["metadatas", "documents", "distances"],
      };
      await readJson(
        await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      );
    }
  };
};

const readJson = async (response: Response): Promise<unknown> => {
  if (!response.ok)
    throw new AppError("engine_unavailable", `The engine answered ${response.status} to the bench.`);
  return response.json();
};
