import { join } from "node:path";
import type { StartEngine, VectorEngine } from "../../../ports/vector-engine.ts";
import type { BuiltIndex, KnowledgeIndex } from "../../../ports/knowledge-index.ts";
import { checkOwnVectors, countVectors, fillCollections } from "../collections.ts";
import { createChromaClient } from "../store.ts";
import { archiveName } from "./engine-archive.ts";
import type { EngineKind } from "./engine-archive.ts";
import { buildPrefix, indexBytes } from "../local-copies.ts";
import type { LocalCopies } from "../local-copies.ts";
import { collectionsOf, openEmbeddedStore } from "../open-embedded-store.ts";
import { packFolder } from "./pack-folder.ts";

interface ArchiveBuilder {
  readonly copies: LocalCopies;
  readonly startEngine: StartEngine;
  readonly engine: EngineKind;
}

/** Fills an engine of its own, opens what that left on disk with another one, and packs it when it is sound. */
export const buildEngineArchive = async (
  { generation, passages, verify, signal }: Parameters<KnowledgeIndex["build"]>[0],
  { copies, startEngine, engine }: ArchiveBuilder,
): Promise<BuiltIndex> => {
  // a publisher that was killed could not clean up after itself
  await copies.clear((name) => name.startsWith(buildPrefix));
  const copy = await copies.create(`${buildPrefix}${generation}`, 2 * indexBytes(passages));
  const withEngine = async (use: (running: VectorEngine) => Promise<void>): Promise<void> => {
    const running = await startEngine(copy.engineFolder, signal);
    try {
      await use(running);
    } finally {
      await running.stop();
    }
  };
  try {
    await withEngine(({ url }) =>
      fillCollections({
        client: createChromaClient(url),
        collections: collectionsOf(passages.keys()),
        passages,
        signal,
      }),
    );
    // the first engine may still have had in memory what never came to disk
    await withEngine(async (running) => {
      const counts = countVectors(passages);
      const dimensions = [...passages.values()].flat()[0]?.vectors[0]?.vector.length ?? 1;
      const store = await openEmbeddedStore({ engine: running, copy, counts, dimensions, signal });
      await checkOwnVectors(store, passages, signal);
      await verify(store);
    });
    const name = archiveName(engine);
    const path = join(copy.folder, name);
    const unpackedBytes = await packFolder(copy.engineFolder, path);
    return { archives: [{ name, path, unpackedBytes }], dispose: () => copy.remove() };
  } catch (error) {
    await copy.remove();
    throw error;
  }
};
