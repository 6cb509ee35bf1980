import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Telemetry } from "../ports/telemetry.ts";
import type { StartEngine, VectorEngine } from "../ports/vector-engine.ts";
import type { KnowledgeIndex } from "../ports/vector-store.ts";
import { fillCollections, verifyCollections } from "./chroma-collections.ts";
import { createChromaClient, openChromaStore } from "./chroma-store.ts";

interface Options {
  readonly dataFolder: string;
  readonly startEngine: StartEngine;
  readonly telemetry: Telemetry;
}

/** Keeps each generation in a folder of its own, served by an engine of its own beside the app. */
export const createEmbeddedChromaIndex = ({
  dataFolder,
  startEngine,
  telemetry,
}: Options): KnowledgeIndex => {
  const generationFolder = (generation: string): string => join(dataFolder, "generations", generation);
  const engineFolder = (generation: string): string => join(generationFolder(generation), "chroma");

  const withEngine = async (
    folder: string,
    signal: AbortSignal,
    use: (engine: VectorEngine) => Promise<void>,
  ): Promise<void> => {
    const engine = await startEngine(folder, signal);
    try {
      await use(engine);
    } finally {
      await engine.stop();
    }
  };

  return {
    name: "chroma-embedded",
    build: async ({ generation, passages, signal }) => {
      const folder = engineFolder(generation);
      const job = { passages, signal, collections: collectionsOf(passages.keys()) };
      await mkdir(folder, { recursive: true });
      try {
        await withEngine(folder, signal, ({ url }) =>
          fillCollections({ ...job, client: createChromaClient(url) }),
        );
        // a second engine sees what is on disk, not what the first one still had in memory
        await withEngine(folder, signal, ({ url }) =>
          verifyCollections({ ...job, client: createChromaClient(url) }),
        );
      } catch (error) {
        await rm(generationFolder(generation), { recursive: true, force: true });
        throw error;
      }
    },
    open: async ({ generation, namespaces, signal }) => {
      const engine = await startEngine(engineFolder(generation), signal);
      try {
        const store = await openChromaStore({
          client: createChromaClient(engine.url),
          collections: collectionsOf(namespaces.map(({ name }) => name)),
          signal,
          revive: () => engine.restart(),
          close: () => engine.stop(),
        });
        telemetry.log({
          severity: "information",
          message: `Chroma engine and client ready for generation ${generation}`,
          attributes: { generation, stage: "open", enginePid: engine.pid },
        });
        return store;
      } catch (error) {
        await engine.stop();
        throw error;
      }
    },
    remove: (generation) => rm(generationFolder(generation), { recursive: true, force: true }),
  };
};

const collectionsOf = (namespaces: Iterable<string>): ReadonlyMap<string, string> =>
  new Map([...namespaces].map((namespace) => [namespace, `colophon-${namespace}`]));
