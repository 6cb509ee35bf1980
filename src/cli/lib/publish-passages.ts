import type { PublisherParts } from "../../app/parts.ts";
import type { GenerationContent } from "../../ports/generation.ts";
import type { Namespace } from "../../ports/namespace.ts";
import type { EmbeddedPassage } from "../../ports/passage.ts";

interface Publication {
  readonly namespaces: readonly Namespace[];
  readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
  readonly subject: string;
  /** Without the engine's archive, as if it had been made for another platform. */
  readonly recordsOnly?: boolean;
  readonly signal: AbortSignal;
}

/** Publishes passages that come from no folder of files, as an ingest would. */
export const publishPassages = async (
  { namespaces, passages, subject, recordsOnly, signal }: Publication,
  { catalog, embedder, index }: Pick<PublisherParts, "catalog" | "embedder" | "index">,
): Promise<GenerationContent> => {
  const seen = await catalog.current();
  const id = await catalog.newId(seen);
  const built = await index.build({ generation: id, passages, verify: () => Promise.resolve(), signal });
  const draft = {
    id,
    created: new Date().toISOString(),
    embedder: { name: embedder.name, dimensions: embedder.dimensions },
    corpusDigest: subject,
    subject,
    namespaces: namespaces.map((namespace) => ({
      ...namespace,
      passages: passages.get(namespace.name)?.length ?? 0,
      vectors: passages.get(namespace.name)?.reduce((sum, { vectors }) => sum + vectors.length, 0) ?? 0,
    })),
    passages,
    archives: recordsOnly ? [] : built.archives,
  };
  await catalog.publish(draft, seen);
  await built.dispose();
  return catalog.content(id);
};
