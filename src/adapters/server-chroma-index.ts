import type { ChromaClient } from "chromadb";
import type { Telemetry } from "../ports/telemetry.ts";
import type { KnowledgeIndex } from "../ports/vector-store.ts";
import { fillCollections, verifyCollections } from "./chroma-collections.ts";
import { createChromaClient, openChromaStore, underSignal } from "./chroma-store.ts";

/** Keeps generations side by side on a Chroma server that somebody else runs. */
export const createServerChromaIndex = (options: {
  readonly url: string;
  readonly telemetry: Telemetry;
}): KnowledgeIndex => {
  let client: ChromaClient | undefined;
  const sharedClient = (): ChromaClient => {
    if (client) return client;
    client = createChromaClient(options.url);
    options.telemetry.log({ severity: "information", message: `Chroma client made for ${options.url}` });
    return client;
  };

  const remove = async (generation: string): Promise<void> => {
    const signal = AbortSignal.timeout(30_000);
    await underSignal(signal, async () => {
      const names: string[] = [];
      for (let offset = 0; ; offset += 100) {
        const page = await sharedClient().listCollections({ limit: 100, offset });
        names.push(...page.map(({ name }) => name));
        if (page.length < 100) break;
      }
      for (const name of names) {
        if (name.endsWith(`-${generation}`)) await sharedClient().deleteCollection({ name });
      }
    });
  };

  return {
    name: `chroma-server ${options.url}`,
    build: async ({ generation, passages, signal }) => {
      const collections = collectionsOf(generation, passages.keys());
      const job = { client: sharedClient(), collections, passages, signal };
      try {
        await fillCollections(job);
        await verifyCollections(job);
      } catch (error) {
        await remove(generation).catch(() => undefined);
        throw error;
      }
    },
    open: ({ generation, namespaces, signal }) =>
      openChromaStore({
        client: sharedClient(),
        collections: collectionsOf(
          generation,
          namespaces.map(({ name }) => name),
        ),
        signal,
        revive: () => Promise.resolve(),
        close: () => Promise.resolve(),
      }),
    remove,
  };
};

const collectionsOf = (generation: string, namespaces: Iterable<string>): ReadonlyMap<string, string> =>
  new Map([...namespaces].map((namespace) => [namespace, `colophon-${namespace}-${generation}`]));
