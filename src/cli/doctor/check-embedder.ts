import { composeEmbedders, visitorRetryPolicy } from "../../app/embedders.ts";
import { composeSnapshots } from "../../app/parts.ts";
import type { Config } from "../../config/read-config.ts";
import { createGenerationCatalog } from "../../generations/generation-catalog.ts";
import { messageOf } from "../../shared/app-error.ts";
import { ok, warning, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { settingsOf } from "./model-settings.ts";

const patienceMs = 30_000;

/** Lets what embeds the next ingest embed a word, and tells when it is not what embedded the last one. */
export const checkEmbedder = async (config: Config): Promise<readonly Finding[]> => {
  const { next } = config.embeddings;
  const startedAt = performance.now();
  try {
    const embedder = await composeEmbedders(config, visitorRetryPolicy).configured();
    await embedder.embed(["yes"], AbortSignal.timeout(patienceMs));
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    const found = ok("embedder", `${embedder.name} embeds (${seconds} s)`);
    const served = await servedEmbedder(config);
    if (served === undefined || served === embedder.name) return [found];
    const other = `What is served was embedded with ${served}: the next ingest embeds everything again.`;
    return [found, warning("embedder", other, "If that is not wished for, set EMBEDDINGS back.")];
  } catch (error) {
    const what = next === "local" ? "The local embedder" : `${next.model} at ${next.baseUrl}`;
    const remedy =
      next === "local"
        ? "Run npm ci, then npm run build."
        : `Mend EMBEDDINGS, ${settingsOf[next.kind].embedding}.`;
    return [wrong("embedder", `${what}: ${messageOf(error)}`, remedy)];
  }
};

/** Another check reports what is wrong with the share. */
const servedEmbedder = async (config: Config): Promise<string | undefined> => {
  const catalog = createGenerationCatalog(composeSnapshots(config));
  try {
    const current = await catalog.current();
    return current && (await catalog.content(current.generation)).manifest.embedder.name;
  } catch {
    return undefined;
  }
};
