import type { ChromaClient } from "chromadb";
import type { Manifest } from "../../ports/generation.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import type { KnowledgeIndex } from "../../ports/knowledge-index.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
import {
  checkCollections,
  checkOwnVectors,
  countVectors,
  fillCollections,
  statedVectors,
} from "./collections.ts";
import { createChromaClient, openChromaStore, underSignal } from "./store.ts";

const callsTimeoutMs = 30_000;

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

  const open = (collections: ReadonlyMap<string, string>, signal: AbortSignal): Promise<VectorStore> =>
    openChromaStore({
      client: sharedClient(),
      url: options.url,
      collections,
      signal,
      ready: () => Promise.resolve(),
      trouble: () => undefined,
      replaceable: false,
      close: () => Promise.resolve(),
    });

  const remove = (generation: string): Promise<void> =>
    underSignal(AbortSignal.timeout(callsTimeoutMs), async () => {
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

  const check = (manifest: Manifest): Promise<unknown> => {
    const { id, namespaces, embedder } = manifest;
    const collections = collectionsOf(
      id,
      namespaces.map(({ name }) => name),
    );
    const counts = statedVectors(manifest);
    const signal = AbortSignal.timeout(callsTimeoutMs);
    return checkCollections({ client: sharedClient(), collections, signal }, counts, embedder.dimensions);
  };

  return {
    name: `chroma-server ${options.url}`,
    isLocal: false,
    build: async ({ generation, passages, verify, signal }) => {
      const collections = collectionsOf(generation, passages.keys());
      const counts = countVectors(passages);
      const dimensions = [...passages.values()].flat()[0]?.vectors[0]?.vector.length ?? 1;
      try {
        await fillCollections({ client: sharedClient(), collections, passages, signal });
        await checkCollections({ client: sharedClient(), collections, signal }, counts, dimensions);
        const store = await open(collections, signal);
        await checkOwnVectors(store, passages, signal);
        await verify(store);
      } catch (error) {
        await remove(generation).catch(() => undefined);
        throw error;
      }
      return { archives: [], dispose: () => Promise.resolve() };
    },
    open: ({ manifest }, signal) => {
      const names = manifest.namespaces.map(({ name }) => name);
      return open(collectionsOf(manifest.id, names), signal);
    },
    // what is on the server is not on this machine
    openLocal: () => Promise.resolve(undefined),
    holds: (manifest) =>
      check(manifest).then(
        () => true,
        () => false,
      ),
    remove,
  };
};

const collectionsOf = (generation: string, namespaces: Iterable<string>): ReadonlyMap<string, string> =>
  new Map([...namespaces].map((namespace) => [namespace, `colophon-${namespace}-${generation}`]));
