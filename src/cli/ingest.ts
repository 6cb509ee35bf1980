import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { composePublisher } from "../app/parts.ts";
import type { Change } from "../ingest/compare-served.ts";
import { describeLeftOut } from "../ingest/describe-left-out.ts";
import { ingestCorpus } from "../ingest/ingest-corpus.ts";
import type { IngestJob, IngestSummary } from "../ingest/ingest-corpus.ts";
import { describeProblem } from "../ingest/section.ts";
import { AppError } from "../shared/app-error.ts";
import { defineCommand } from "./lib/define-command.ts";
import { createProgress } from "./lib/progress.ts";
import { readLocalConfig } from "./lib/read-local-config.ts";
import { runCommand } from "./lib/run-command.ts";
import { stopSignal } from "./lib/stop-signal.ts";
import { table } from "./lib/table.ts";
import { silentTelemetry } from "../telemetry/silent.ts";

/** The exit codes beside 0. 2: some files of kinds that are read could not be ingested. */
const nothingPublished = 1;
const someLeftOut = 2;

interface Arguments extends IngestJob {
  /** Replaces what is served, however much of it is lost. */
  readonly yes: boolean;
}

/** `npm run ingest [-- folder]`: makes a generation of the files of a folder, and serves it. */
const ingest = defineCommand({
  name: "npm run ingest",
  description: "Makes a generation of the files of a folder, and serves it.",
  example: "npm run ingest -- my-files --dry-run",
  args: {
    folder: {
      type: "positional",
      description: "The folder with your files; without it, that of KNOWLEDGE_DIR, or else the demo.",
      required: false,
    },
    "dry-run": { type: "boolean", description: "Does everything but publish." },
    yes: {
      type: "boolean",
      description: "Publishes also when more than half of what is served would be lost.",
    },
    force: { type: "boolean", description: "Publishes also what has not changed, and after a rollback." },
  },
  run: async ({ folder, yes = false, force = false, "dry-run": dryRun = false }) => {
    const config = await readLocalConfig();
    const job = { folder: folder ? resolve(folder) : config.knowledgeFolder, yes, force, dryRun };
    const startedAt = performance.now();
    const publisher = await composePublisher(config, silentTelemetry);
    const signal = stopSignal(new AppError("ingest_failed", "Stopped; nothing was published."));
    const summary = await ingestCorpus(job, {
      ...publisher,
      keepGenerations: config.keepGenerations,
      approve: (change) => approve(change, job, signal),
      onProgress: createProgress("Embedding"),
      signal,
    });
    print(summary, job, performance.now() - startedAt);
    if (summary.outcome === "refused") return nothingPublished;
    return summary.problems.some(({ isHarmless }) => !isHarmless) ? someLeftOut : 0;
  },
});

/** Says what would change, and asks on a terminal before much is lost. */
const approve = async (
  change: Change,
  { folder, yes, dryRun }: Arguments,
  signal: AbortSignal,
): Promise<boolean> => {
  const { generation, served, added, changed, gone, lost } = change;
  write(
    `Compared with what is served (generation ${generation}, ${passages(served)}): ` +
      `${added} new, ${changed} changed, ${gone} gone.`,
  );
  if (!change.needsApproval || yes) return true;
  const loss = `${lost} of the ${passages(served)} that are served would be lost.`;
  if (process.stdin.isTTY && !dryRun) return isYes(`${loss} Publish all the same? [y/N] `, signal);
  process.stderr.write(
    `\nStopped, nothing ${dryRun ? "would be" : "was"} published: ${loss} ` +
      `Generation ${generation} stays served.\nTo replace it: ${commandOf(folder, "--yes")}\n`,
  );
  return false;
};

const isYes = async (question: string, signal: AbortSignal): Promise<boolean> => {
  // not in raw mode: Ctrl+C is a signal then
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const ended = new Promise<string>((end) => void terminal.once("close", () => end("")));
  try {
    return /^y(?:es)?$/i.test((await Promise.race([terminal.question(question, { signal }), ended])).trim());
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    terminal.close();
  }
};

const print = (summary: IngestSummary, job: Arguments, durationMs: number): void => {
  const { outcome, problems, warning } = summary;
  if (outcome === "published" || outcome === "tried") printResult(summary, job, durationMs);
  else if (outcome === "unchanged")
    write(`${job.folder} is unchanged since generation ${summary.generation}.`);
  else if (outcome === "kept") {
    write(
      `Generation ${summary.generation} stays served, nothing was published: it was rolled back to, and ` +
        `${job.folder} is unchanged since generation ${summary.rolledBackFrom}, which was rolled back from.\n` +
        `To serve what the folder holds: ${commandOf(job.folder, "--force")}`,
    );
  }
  for (const line of describeLeftOut(summary)) write(line);
  if (warning) process.stderr.write(`\nWarning: ${warning}\n`);
  if (problems.length > 0) {
    process.stderr.write(
      `\nLeft out:\n${problems.map((problem) => `  ${describeProblem(problem)}`).join("\n")}\n`,
    );
  }
};

/** How the owner's questions came out, where there are any. */
const printQuestions = ({ checked }: IngestSummary): void => {
  if (!checked) return;
  const { answerable, found, toRefuse, refused, lost } = checked;
  const parts = [
    ...(answerable > 0 ? [`${found} of ${answerable} find what they should`] : []),
    ...(toRefuse > 0 ? [`${refused} of ${toRefuse} are refused as they should be`] : []),
  ];
  write(`Of the questions in questions.json, ${parts.join(", and ")}.`);
  if (lost.length === 0) return;
  const list = lost.map((question) => `  ${question}`).join("\n");
  process.stderr.write(`\nRight in the generation before, and wrong now:\n${list}\n`);
};

const printResult = (summary: IngestSummary, { force }: Arguments, durationMs: number): void => {
  const { outcome, generation, rolledBackFrom, namespaces, repeated, embedded, embedMs } = summary;
  const rows = namespaces.map((namespace) => [namespace.name, namespace.files, namespace.passages]);
  write(`\n${table(["namespace", "files", "passages"], rows)}\n`);
  const all = namespaces.reduce((sum, namespace) => sum + namespace.passages, 0);
  if (repeated > 0) write(`Left out, because others say the same in the same words: ${repeated}.`);
  write(`${embedded} of ${all} passages were embedded (${seconds(embedMs)}).`);
  if (rolledBackFrom) {
    const why = force ? "--force was given" : "the files have changed since then";
    write(`This ends the rollback from generation ${rolledBackFrom}: ${why}.`);
  }
  printQuestions(summary);
  if (outcome === "published") write(`Generation ${generation} is now served (${seconds(durationMs)}).`);
  else {
    const stays = generation ? `generation ${generation} stays served` : "nothing is served yet";
    write(`Dry run: this would be published. The new index found what it must; ${stays}.`);
  }
};

/** As it is typed into a shell, whatever is in the folder's name. */
const commandOf = (folder: string, flag: string): string => {
  const isPlain = /^[\w@%+=:,./\\-]+$/.test(folder);
  const quoted =
    process.platform === "win32" ? `"${folder}"` : `'${folder.replaceAll("'", String.raw`'\''`)}'`;
  return `npm run ingest -- ${isPlain ? folder : quoted} ${flag}`;
};

const passages = (count: number): string => `${count} ${count === 1 ? "passage" : "passages"}`;

const seconds = (durationMs: number): string =>
  durationMs < 1_000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1_000).toFixed(1)} s`;

const write = (line: string): void => void process.stdout.write(`${line}\n`);

void runCommand(ingest);
