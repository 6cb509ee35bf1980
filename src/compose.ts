import { rmSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAzureFilesSnapshotStore } from "./adapters/azure-files-snapshot-store.ts";
import { createEmbeddedChromaIndex } from "./adapters/embedded-chroma-index.ts";
import { extractiveGenerator } from "./adapters/extractive-generator.ts";
import { createFolderSnapshotStore } from "./adapters/folder-snapshot-store.ts";
import { gptTokenCounter } from "./adapters/gpt-token-counter.ts";
import { makeShare } from "./adapters/make-share.ts";
import { ruleQuestionRewriter } from "./adapters/rule-question-rewriter.ts";
import { createServerChromaIndex } from "./adapters/server-chroma-index.ts";
import { composeEmbedders, publishersPatience, visitorsPatience } from "./compose-embedders.ts";
import type { Embedders } from "./compose-embedders.ts";
import { composeModel } from "./compose-models.ts";
import type { Patience } from "./adapters/openai-client.ts";
import type { AnswerTools } from "./chat/answer-question.ts";
import { machineEnvironment } from "./config/machine-environment.ts";
import type { Config } from "./config/read-config.ts";
import { engineBinding } from "./engine/engine-binding.ts";
import { engineVersion } from "./engine/engine-version.ts";
import { createStartEngine } from "./engine/start-engine.ts";
import { createGenerationCatalog } from "./generations/generation-catalog.ts";
import { createGenerationServer } from "./generations/serve-generations.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { GenerationCatalog } from "./ports/generation.ts";
import type { SnapshotStore } from "./ports/snapshot-store.ts";
import type { Telemetry } from "./ports/telemetry.ts";
import type { KnowledgeIndex } from "./ports/vector-store.ts";
import { isRunning } from "./shared/is-running.ts";
import { lazily } from "./shared/lazily.ts";

/** What a model may take of a request's time. */
const modelShare = 0.85;

/** What the app and the command line both work with. */
export interface Parts {
  readonly embedders: Embedders;
  readonly index: KnowledgeIndex;
  readonly catalog: GenerationCatalog;
  readonly telemetry: Telemetry;
}

/** Chooses the implementation of every port. */
export const composeParts = (
  config: Config,
  telemetry: Telemetry,
  patience: Patience = visitorsPatience,
): Parts => ({
  telemetry,
  embedders: composeEmbedders(config, patience),
  index: composeIndex(config, telemetry),
  catalog: createGenerationCatalog(composeSnapshots(config)),
});

export interface PublisherParts extends Parts {
  /** The one that the settings name. */
  readonly embedder: Embedder;
}

/** The parts of a publisher: the share's folder is made where there never was one. */
export const composePublisher = async (config: Config, telemetry: Telemetry): Promise<PublisherParts> => {
  if (config.snapshots.kind === "folder") await makeShare(config.snapshots.folder, config.dataFolder);
  const parts = composeParts(config, telemetry, publishersPatience);
  return { ...parts, embedder: await parts.embedders.configured() };
};

/** Where generations are kept. */
export const composeSnapshots = ({ snapshots }: Config): SnapshotStore =>
  snapshots.kind === "folder"
    ? createFolderSnapshotStore(snapshots.folder)
    : createAzureFilesSnapshotStore(snapshots);

const composeIndex = (config: Config, telemetry: Telemetry): KnowledgeIndex => {
  const { appRoot, buildFolder, chroma, dataFolder } = config;
  if (chroma.mode === "server") return createServerChromaIndex({ url: chroma.url, telemetry });
  const binding = engineBinding();
  return createEmbeddedChromaIndex({
    localFolder: join(dataFolder, "local"),
    telemetry,
    engine: {
      platform: `${process.platform}-${process.arch}`,
      version: engineVersion(binding, appRoot),
    },
    startEngine: createStartEngine({
      launcher: join(buildFolder, "engine-launcher.cjs"),
      binding,
      environment: machineEnvironment(),
      onRestart: () => {
        telemetry.measure("colophon.engine_restarts", 1);
        telemetry.log({
          severity: "warning",
          message: "The Chroma engine was restarted",
          attributes: { stage: "engine" },
        });
      },
    }),
  });
};

export interface App extends AnswerTools {
  readonly config: Config;
}

/** Puts the app together from its configuration; opens and starts nothing yet. */
export const composeApp = (config: Config, telemetry: Telemetry): App => {
  const parts = composeParts(config, telemetry);
  return {
    config,
    telemetry: parts.telemetry,
    ...composeModel(config),
    extractive: extractiveGenerator,
    ruleRewriter: ruleQuestionRewriter,
    tokens: gptTokenCounter,
    generations: createGenerationServer({
      ...parts,
      openEmbedder: parts.embedders.named,
      openBundled: () => openBundled(config, parts),
      refreshMs: config.refreshMs,
      swap: config.swap,
    }),
    contextTokens: config.contextTokens,
    historyTokens: config.historyTokens,
    modelTimeoutMs: config.requestTimeoutMs * modelShare,
    logContent: config.logContent,
    price: config.tokenPrice,
  };
};

const bundledPrefix = "colophon-bundled-";

/** A folder of this process alone. Those of processes that were killed are removed. */
const bundledFolder = lazily(async () => {
  const folder = join(tmpdir(), `${bundledPrefix}${process.pid}`);
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(bundledPrefix) ? Number(name.slice(bundledPrefix.length)) : undefined;
    if (owner === undefined || (owner !== process.pid && isRunning(owner))) continue;
    // another user's is none of ours
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
});

/** The last resort: the knowledge that came with the app, indexed in a temporary folder of this process. */
const openBundled = async (
  config: Config,
  { telemetry }: Parts,
): ReturnType<Parameters<typeof createGenerationServer>[0]["openBundled"] & {}> => {
  const { ingestCorpus } = await import("./ingest/ingest-corpus.ts");
  const folder = await bundledFolder();
  const bundled = await composePublisher(
    {
      ...config,
      dataFolder: folder,
      chroma: { mode: "embedded" },
      snapshots: { kind: "folder", folder },
      // of all there are, the one that needs no network
      embeddings: { ...config.embeddings, next: "local" },
    },
    telemetry,
  );
  const signal = AbortSignal.timeout(120_000);
  const { generation } = await ingestCorpus(
    { folder: join(config.appRoot, "knowledge") },
    { ...bundled, keepGenerations: 1, onProgress: () => undefined, signal },
  );
  const content = await bundled.catalog.content(generation);
  return { manifest: content.manifest, store: await bundled.index.open(content, signal) };
};
