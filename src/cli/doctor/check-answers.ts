import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeParts } from "../../app/parts.ts";
import type { Config } from "../../config/read-config.ts";
import { openGeneration } from "../../generations/open-usable.ts";
import { warnOfLanguage } from "../../ingest/warn-of-language.ts";
import { messageOf } from "../../shared/app-error.ts";
import { ok, skipped, warning, wrong } from "./finding.ts";
import { silentTelemetry } from "../../telemetry/silent.ts";
import type { Finding } from "./finding.ts";

const searchTimeoutMs = 10_000;

/** Opens what is served in a folder of its own, and searches it as a question would. */
export const checkAnswers = async (config: Config): Promise<readonly Finding[]> => {
  const dataFolder = await mkdtemp(join(tmpdir(), "colophon-doctor-"));
  try {
    const { catalog, index, embedders } = composeParts({ ...config, dataFolder }, silentTelemetry);
    const current = await catalog.current().catch(() => undefined);
    if (!current) return [skipped("answers", "nothing to open")];
    const startedAt = performance.now();
    const { manifest, store, passages, embedder } = await openGeneration(current.generation, {
      catalog,
      index,
      openEmbedder: embedders.named,
    });
    try {
      const [vector = []] = await embedder.embed(
        ["Who is this about?"],
        AbortSignal.timeout(searchTimeoutMs),
      );
      for (const { name: namespace, topK: limit } of manifest.namespaces)
        await store.nearest({ namespace, vector, limit, signal: AbortSignal.timeout(searchTimeoutMs) });
      const texts = [...passages.values()].flatMap((all) => [...all.values()]);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      const found = `${manifest.namespaces.length} namespaces opened and searched in ${seconds} s, embedder ${embedder.name}`;
      return [...(embedder.englishOnly ? languageOf(texts) : []), ok("answers", found)];
    } finally {
      await store.close();
    }
  } catch (error) {
    const remedy =
      "npm run ingest -- --force makes it again with this app; npm run rollback serves an older one.";
    return [wrong("answers", `What is served cannot be opened here: ${messageOf(error)}`, remedy)];
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
};

const languageOf = (passages: readonly { readonly text: string }[]): readonly Finding[] => {
  const found = warnOfLanguage(passages);
  if (!found) return [];
  return [
    warning(
      "language",
      `Of what is served, ${found}`,
      "Use English texts, or another embedder (EMBEDDINGS).",
    ),
  ];
};
