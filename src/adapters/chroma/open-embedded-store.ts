import type { VectorEngine } from "../../ports/vector-engine.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
import { checkCollections } from "./collections.ts";
import { createChromaClient, openChromaStore } from "./store.ts";
import type { LocalCopy } from "./local-copies.ts";

interface Opening {
  readonly engine: VectorEngine;
  readonly copy: LocalCopy;
  /** How many passages each namespace must hold. */
  readonly counts: ReadonlyMap<string, number>;
  readonly dimensions: number;
  readonly signal: AbortSignal;
}

/** The one client of a generation, made here and checked once. The store owns the engine and its copy. */
export const openEmbeddedStore = async ({
  engine,
  copy,
  counts,
  dimensions,
  signal,
}: Opening): Promise<VectorStore> => {
  const client = createChromaClient(engine.url);
  const collections = collectionsOf(counts.keys());
  const handles = await checkCollections({ client, collections, signal }, counts, dimensions);
  return openChromaStore({
    client,
    url: engine.url,
    collections,
    handles,
    signal,
    ready: (until) => engine.ready(until),
    trouble: () => engine.trouble,
    replaceable: true,
    close: async (options) => {
      await engine.stop();
      if (options?.keepCopy) copy.leave();
      else await copy.remove();
    },
  });
};

/** The collection of each namespace, in an engine that holds one generation alone. */
export const collectionsOf = (namespaces: Iterable<string>): ReadonlyMap<string, string> =>
  new Map([...namespaces].map((namespace) => [namespace, `colophon-${namespace}`]));
