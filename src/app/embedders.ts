import { join } from "node:path";
import { createCachedEmbedder } from "../adapters/cached-embedder.ts";
import { createLocalEmbedder, localEmbedderName } from "../adapters/local-model/embedder.ts";
import type { RetryPolicy } from "../adapters/openai/client.ts";
import { openClient } from "./models.ts";
import type { Config } from "../config/read-config.ts";
import type { ModelServer } from "../config/read-models.ts";
import type { Embedder } from "../ports/embedder.ts";
import type { Manifest } from "../ports/generation.ts";
import { lazily } from "../shared/lazily.ts";

export interface Embedders {
  /** What the settings name for the next ingest. Fails with `embedder_failed`. */
  readonly configured: () => Promise<Embedder>;
  /** What embedded a generation, to embed the questions; `undefined` where the settings know no such. */
  readonly named: (wanted: Manifest["embedder"]) => (() => Promise<Embedder>) | undefined;
}

/** For a model that embeds a visitor's question. The response is one vector, which takes about 100 kB. */
export const visitorRetryPolicy: RetryPolicy = {
  timeoutMs: 6_000,
  maxRetries: 1,
  maxServerWaitMs: 2_000,
  maxResponseBytes: 4 * 1024 * 1024,
};

/**
 * For an ingest, which no visitor waits for. A server with a limit per minute asks for a minute of back-off, and
 * 2,048 vectors of 4,096 numbers take 170 MB from a server that does not know base64.
 */
export const publisherRetryPolicy: RetryPolicy = {
  timeoutMs: 60_000,
  maxRetries: 5,
  maxServerWaitMs: 60_000,
  maxResponseBytes: 256 * 1024 * 1024,
};

const cachedQuestions = 1_000;
const learnTimeoutMs = 60_000;

/** Chooses what embeds. Nothing is loaded, and no server asked, before it is needed. */
export const composeEmbedders = (config: Config, retryPolicy: RetryPolicy): Embedders => {
  const { next, servers, dimensions: shortenTo } = config.embeddings;
  const openLocal = lazily(() => createLocalEmbedder(join(config.buildFolder, "all-MiniLM-L6-v2")));
  const openRemote = async (server: ModelServer, dimensions?: number): Promise<Embedder> => {
    const { openOpenAiEmbedder } = await import("../adapters/openai/embedder.ts");
    const client = await openClient(server, retryPolicy, config);
    const signal = AbortSignal.timeout(learnTimeoutMs);
    return openOpenAiEmbedder({ client, model: server.model, shortenTo, dimensions, signal });
  };

  const find = ({ name, dimensions }: Manifest["embedder"]): (() => Promise<Embedder>) | undefined => {
    if (name === localEmbedderName) return openLocal;
    if (shortenTo !== undefined && shortenTo !== dimensions) return undefined;
    const server = servers.find(({ model }) => name === `${model}/${dimensions}`);
    return server && (() => openRemote(server, dimensions));
  };
  const found = new Map<string, (() => Promise<Embedder>) | undefined>();
  const remember = (wanted: Manifest["embedder"]): (() => Promise<Embedder>) | undefined => {
    const open = find(wanted);
    return open && lazily(async () => createCachedEmbedder(await open(), { size: cachedQuestions }));
  };

  return {
    configured: lazily(() => (next === "local" ? openLocal() : openRemote(next))),
    named: (wanted) => {
      const key = JSON.stringify(wanted);
      if (!found.has(key)) found.set(key, remember(wanted));
      return found.get(key);
    },
  };
};
