import { cp } from "node:fs/promises";
import { join } from "node:path";
import { createEmbeddedChromaIndex } from "../../adapters/embedded-chroma-index.ts";
import { createFolderSnapshotStore } from "../../adapters/folder-snapshot-store.ts";
import { machineEnvironment } from "../../config/machine-environment.ts";
import { engineBinding } from "../../engine/engine-binding.ts";
import { createStartEngine } from "../../engine/start-engine.ts";
import { createGenerationCatalog } from "../../generations/generation-catalog.ts";
import type { Embedder } from "../../ports/embedder.ts";
import type { Namespace } from "../../ports/namespace.ts";
import type { StartEngine } from "../../ports/vector-engine.ts";
import type { EmbeddedPassage, VectorStore } from "../../ports/vector-store.ts";

const generation = "bench";
const telemetry = { log: (): void => undefined };

interface Job {
  readonly folder: string;
  readonly appRoot: string;
  readonly embedder: Embedder;
  readonly namespaces: readonly Namespace[];
  readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
  readonly signal: AbortSignal;
}

/** The same generation twice: published for the app, and open here. */
export interface BenchKnowledge {
  /** The `DATA_DIR` of the app. */
  readonly appFolder: string;
  readonly store: VectorStore;
  /** Where the engine behind the store listens. */
  readonly engineUrl: string;
}

/** Builds and publishes a generation, and opens a copy of it: two engines never share a folder. */
export const prepareKnowledge = async (job: Job): Promise<BenchKnowledge> => {
  const { folder, appRoot, embedder, namespaces, passages, signal } = job;
  const appFolder = join(folder, "app");
  const ownFolder = join(folder, "own");
  const startEngine = createStartEngine({
    launcher: join(appRoot, "dist", "engine-launcher.cjs"),
    binding: engineBinding(),
    environment: machineEnvironment(),
  });
  await createEmbeddedChromaIndex({ dataFolder: appFolder, startEngine, telemetry }).build({
    generation,
    passages,
    signal,
  });
  await cp(join(appFolder, "generations"), join(ownFolder, "generations"), { recursive: true });
  await createGenerationCatalog(createFolderSnapshotStore(appFolder)).publish(
    {
      format: 1,
      id: generation,
      created: new Date().toISOString(),
      embedder: { name: embedder.name, dimensions: embedder.dimensions },
      corpusDigest: generation,
      subject: "the articles of XQuAD",
      namespaces: namespaces.map((namespace) => ({
        ...namespace,
        passages: passages.get(namespace.name)?.length ?? 0,
      })),
    },
    undefined,
  );

  let engineUrl = "";
  const startAndTell: StartEngine = async (...words) => {
    const engine = await startEngine(...words);
    engineUrl = engine.url;
    return engine;
  };
  const own = createEmbeddedChromaIndex({ dataFolder: ownFolder, startEngine: startAndTell, telemetry });
  const store = await own.open({ generation, namespaces, signal });
  return { appFolder, store, engineUrl };
};
