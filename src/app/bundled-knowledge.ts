import { rmSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isolatedConfig } from "../config/isolated-config.ts";
import type { Config } from "../config/read-config.ts";
import { isRunning } from "../shared/is-running.ts";
import { lazily } from "../shared/lazily.ts";
import { composePublisher } from "./parts.ts";
import type { Parts } from "./parts.ts";
import type { GenerationSources } from "../generations/open-usable.ts";

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
export const openBundledKnowledge = async (
  config: Config,
  { telemetry }: Parts,
): ReturnType<NonNullable<GenerationSources["openBundled"]>> => {
  const { ingestCorpus } = await import("../ingest/ingest-corpus.ts");
  const folder = await bundledFolder();
  const bundled = await composePublisher(
    {
      ...isolatedConfig(config, folder),
      // the only embedder that needs no network
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
  const passages = await content.passagesById();
  return { manifest: content.manifest, passages, store: await bundled.index.open(content, signal) };
};
