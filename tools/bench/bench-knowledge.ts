import { join } from "node:path";
import { createEmbeddedChromaIndex } from "../../src/adapters/chroma/embedded-index.ts";
import { composePublisher } from "../../src/app/parts.ts";
import { isolatedConfig } from "../../src/config/isolated-config.ts";
import { machineEnvironment } from "../../src/config/machine-environment.ts";
import type { Config } from "../../src/config/read-config.ts";
import { engineBinding } from "../../src/engine/engine-binding.ts";
import { createStartEngine } from "../../src/engine/start-engine.ts";
import type { Embedder } from "../../src/ports/embedder.ts";
import type { Namespace } from "../../src/ports/namespace.ts";
import type { StartEngine } from "../../src/ports/vector-engine.ts";
import type { EmbeddedPassage, PassagesById } from "../../src/ports/passage.ts";
import type { VectorStore } from "../../src/ports/vector-store.ts";
import { publishPassages } from "../../src/cli/lib/publish-passages.ts";
import { silentTelemetry as telemetry } from "../../src/telemetry/silent.ts";

interface Job {
  readonly config: Config;
  readonly folder: string;
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
  readonly passagesById: PassagesById;
  /** Where the engine behind the store listens. */
  readonly engineUrl: string;
}

/** Builds and publishes a generation, and opens a copy of it: two engines never share a folder. */
export const prepareKnowledge = async (job: Job): Promise<BenchKnowledge> => {
  const { config, folder, embedder, namespaces, passages, signal } = job;
  const appFolder = join(folder, "app");
  const publisher = await composePublisher(isolatedConfig(config, appFolder), telemetry);
  const subject = "the articles of XQuAD";
  const content = await publishPassages(
    { namespaces, passages, subject, signal },
    { ...publisher, embedder },
  );

  const startEngine = createStartEngine({
    launcher: join(config.appRoot, "dist", "engine-launcher.cjs"),
    binding: engineBinding(),
    environment: machineEnvironment(),
  });
  let engineUrl = "";
  const startAndTell: StartEngine = async (...words) => {
    const engine = await startEngine(...words);
    engineUrl = engine.url;
    return engine;
  };
  const own = createEmbeddedChromaIndex({
    localFolder: join(folder, "own"),
    startEngine: startAndTell,
    // no archive is for it: the index is built from the records
    engine: { platform: "none-none", version: "0.0.0" },
    telemetry,
  });
  const store = await own.open(content, signal);
  return { appFolder, store, passagesById: await content.passagesById(), engineUrl };
};
