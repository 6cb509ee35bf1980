import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { composePublisher } from "../compose.ts";
import type { Config } from "../config/read-config.ts";
import { ingestCorpus } from "../ingest/ingest-corpus.ts";
import type { IngestSummary } from "../ingest/ingest-corpus.ts";
import { describeProblem } from "../ingest/section.ts";
import { AppError } from "../shared/app-error.ts";
import { createProgress } from "./support/progress.ts";
import { runCommand } from "./support/run-command.ts";
import { table } from "./support/table.ts";
import { silentTelemetry } from "../ports/telemetry.ts";

/** The exit code of an ingest that published, but without some of the files. */
const someLeftOut = 2;

const ingest = async (config: Config): Promise<number> => {
  const { folder, force } = readArguments(config);
  const start = performance.now();
  const { embedder, index, catalog } = await composePublisher(config, silentTelemetry);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => stop.abort(new AppError("ingest_failed", "Stopped; nothing was published.")));
  }
  const summary = await ingestCorpus(
    { folder, force },
    {
      embedder,
      index,
      catalog,
      keepGenerations: config.keepGenerations,
      onProgress: createProgress("Embedding"),
      signal: stop.signal,
    },
  );
  print(summary, folder, performance.now() - start);
  return summary.problems.length > 0 ? someLeftOut : 0;
};

const readArguments = (config: Config): { folder: string; force: boolean } => {
  try {
    const { values, positionals } = parseArgs({
      options: { force: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    if (positionals.length > 1)
      throw new Error(`only one folder can be ingested, not ${positionals.join(" and ")}`);
    const [folder] = positionals;
    return { folder: folder ? resolve(folder) : config.knowledgeFolder, force: values.force };
  } catch (error) {
    const usage = "Usage: npm run ingest -- [folder] [--force]";
    throw new AppError("ingest_failed", `${(error as Error).message}\n${usage}`, { cause: error });
  }
};

const print = (summary: IngestSummary, folder: string, durationMs: number): void => {
  const { generation, unchanged, namespaces, problems, repeated, embedded, embedMs, warning } = summary;
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  if (unchanged) write(`${folder} is unchanged since generation ${generation}.`);
  else {
    const rows = namespaces.map(({ name, files, passages }) => [name, files, passages]);
    write(`\n${table(["namespace", "files", "passages"], rows)}\n`);
    const passages = namespaces.reduce((sum, namespace) => sum + namespace.passages, 0);
    if (repeated > 0) write(`Left out, because others say the same in the same words: ${repeated}.`);
    write(`${embedded} of ${passages} passages were embedded anew (${seconds(embedMs)}).`);
    write(`Generation ${generation} is now served (${seconds(durationMs)}).`);
  }
  if (warning) process.stderr.write(`\nWarning: ${warning}\n`);
  if (problems.length > 0) {
    process.stderr.write(
      `\nLeft out:\n${problems.map((problem) => `  ${describeProblem(problem)}`).join("\n")}\n`,
    );
  }
};

const seconds = (durationMs: number): string =>
  durationMs < 1_000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1_000).toFixed(1)} s`;

void runCommand(ingest);
