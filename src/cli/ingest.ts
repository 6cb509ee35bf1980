import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { composeParts } from "../compose.ts";
import type { Config } from "../config/read-config.ts";
import { describeProblem, ingestCorpus } from "../ingest/ingest-corpus.ts";
import type { IngestSummary } from "../ingest/ingest-corpus.ts";
import { AppError } from "../shared/app-error.ts";
import { createProgress } from "./support/progress.ts";
import { runCommand } from "./support/run-command.ts";
import { table } from "./support/table.ts";

/** The exit code of an ingest that published, but without some of the files. */
const someLeftOut = 2;

const ingest = async (config: Config): Promise<number> => {
  const { folder, onlyIfChanged } = readArguments(config);
  const start = performance.now();
  const { embedder, index, catalog } = await composeParts(config, { log: () => undefined });
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new AppError("ingest_failed", "Stopped; nothing was published.")));
  const summary = await ingestCorpus(
    { folder, onlyIfChanged },
    { embedder, index, catalog, onProgress: createProgress("Embedding"), signal: stop.signal },
  );
  print(summary, folder, performance.now() - start);
  return summary.problems.length > 0 ? someLeftOut : 0;
};

const readArguments = (config: Config): { folder: string; onlyIfChanged: boolean } => {
  try {
    const { values, positionals } = parseArgs({
      options: { "if-changed": { type: "boolean", default: false } },
      allowPositionals: true,
    });
    if (positionals.length > 1)
      throw new Error(`only one folder can be ingested, not ${positionals.join(" and ")}`);
    const [folder] = positionals;
    return { folder: folder ? resolve(folder) : config.knowledgeFolder, onlyIfChanged: values["if-changed"] };
  } catch (error) {
    const usage = "Usage: npm run ingest -- [folder] [--if-changed]";
    throw new AppError("ingest_failed", `${(error as Error).message}\n${usage}`, { cause: error });
  }
};

const print = (summary: IngestSummary, folder: string, durationMs: number): void => {
  const { generation, unchanged, namespaces, problems, warning } = summary;
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  if (unchanged) write(`${folder} is unchanged since generation ${generation}.`);
  else {
    const rows = namespaces.map(({ name, files, passages }) => [name, files, passages]);
    write(`\n${table(["namespace", "files", "passages"], rows)}\n`);
    write(`Generation ${generation} is now served (${(durationMs / 1_000).toFixed(1)} s).`);
  }
  if (warning) process.stderr.write(`\nWarning: ${warning}\n`);
  if (problems.length > 0) {
    process.stderr.write(
      `\nLeft out:\n${problems.map((problem) => `  ${describeProblem(problem)}`).join("\n")}\n`,
    );
  }
};

void runCommand(ingest);
