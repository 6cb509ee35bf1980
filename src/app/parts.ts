import { join } from "node:path";
import { createCachedEmbedder } from "../adapters/cached-embedder.ts";
import { createAzureFilesSnapshotStore } from "../adapters/azure-files/snapshot-store.ts";
import { createEmbeddedChromaIndex } from "../adapters/chroma/embedded-index.ts";
import { createFolderSnapshotStore } from "../adapters/folder-snapshot-store.ts";
import { makeShare } from "../adapters/make-share.ts";
import { createServerChromaIndex } from "../adapters/chroma/server-index.ts";
import { composeEmbedders, publisherRetryPolicy, visitorRetryPolicy } from "./embedders.ts";
import type { Embedders } from "./embedders.ts";
import type { RetryPolicy } from "../adapters/openai/client.ts";
import { machineEnvironment } from "../config/machine-environment.ts";
import type { Config } from "../config/read-config.ts";
import { engineBinding } from "../engine/engine-binding.ts";
import { engineVersion } from "../engine/engine-version.ts";
import { createStartEngine } from "../engine/start-engine.ts";
import { createGenerationCatalog } from "../generations/generation-catalog.ts";
import { retrieve } from "../chat/retrieve.ts";
import { createWordIndex } from "../chat/word-index.ts";
import type { IngestTools } from "../ingest/ingest-corpus.ts";
import { silentTelemetry } from "../telemetry/silent.ts";
import type { Embedder } from "../ports/embedder.ts";
import type { GenerationCatalog } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { KnowledgeIndex } from "../ports/knowledge-index.ts";

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
  retryPolicy: RetryPolicy = visitorRetryPolicy,
): Parts => ({
  telemetry,
  embedders: composeEmbedders(config, retryPolicy),
  index: composeIndex(config, telemetry),
  catalog: createGenerationCatalog(composeSnapshots(config)),
});

/** Of an ingest: its canaries and the owner's questions. */
const cachedQuestions = 1_000;

export interface PublisherParts extends Parts, Pick<IngestTools, "minSimilarity" | "findIn"> {
  /** The one that the settings name. */
  readonly embedder: Embedder;
}

/** The parts of a publisher: the share's folder is made where there never was one. */
export const composePublisher = async (config: Config, telemetry: Telemetry): Promise<PublisherParts> => {
  if (config.snapshots.kind === "folder") await makeShare(config.snapshots.folder, config.dataFolder);
  const parts = composeParts(config, telemetry, publisherRetryPolicy);
  return {
    ...parts,
    embedder: await parts.embedders.configured(),
    minSimilarity: config.embeddings.threshold ?? 0,
    findIn: (knowledge, signal) => {
      // a question is asked of several namespaces, and a model elsewhere is paid by the call
      const embedder = createCachedEmbedder(knowledge.embedder, { size: cachedQuestions });
      const search = {
        ...knowledge,
        embedder,
        words: createWordIndex(knowledge),
        telemetry: silentTelemetry,
        signal,
      };
      return async (question, namespaces) => (await retrieve({ ...search, question, namespaces })).hits;
    },
  };
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
