import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { composeParts } from "../../src/app/parts.ts";
import type { Config } from "../../src/config/read-config.ts";
import { readNamespaces } from "../../src/ingest/read-namespaces.ts";
import type { Embedder } from "../../src/ports/embedder.ts";
import { AppError } from "../../src/shared/app-error.ts";
import { startApp } from "./bench-app.ts";
import { readBenchArguments } from "./bench-arguments.ts";
import { createFloor } from "./bench-floor.ts";
import { prepareKnowledge } from "./bench-knowledge.ts";
import { embedTexts, passagesOf, questionsOf, sentencesOf } from "./bench-passages.ts";
import type { EmbeddedText } from "./bench-passages.ts";
import { benchStart } from "./bench-start.ts";
import { describe, summarize } from "./bench-report.ts";
import type { SizeResult } from "./bench-report.ts";
import { measureRounds } from "./bench-rounds.ts";
import { readEvalFile } from "../../src/cli/eval/file.ts";
import { defineCommand } from "../../src/cli/lib/define-command.ts";
import { readLocalConfig } from "../../src/cli/lib/read-local-config.ts";
import { outputClosed } from "../../src/cli/lib/output-closed.ts";
import { runCommand } from "../../src/cli/lib/run-command.ts";
import { stopSignal } from "../../src/cli/lib/stop-signal.ts";
import { inTemporaryFolder } from "../../src/cli/lib/temporary-folder.ts";
import { silentTelemetry } from "../../src/telemetry/silent.ts";

/** Asked before anything counts: code gets compiled, and files come into memory. */
const warmUps = 30;

const bench = defineCommand({
  name: "npm run bench",
  description: "Measures the engine's bare queries, the retrieval, and whole answers through the host.",
  example: "npm run bench -- --sizes 100,1000 --questions 50",
  args: {
    sizes: {
      type: "string",
      valueHint: "numbers",
      default: "100,1000,10000",
      description: "How many passages each namespace has, run by run.",
    },
    questions: {
      type: "string",
      valueHint: "number",
      default: "200",
      description: "How many questions count.",
    },
    json: {
      type: "string",
      valueHint: "file",
      description: "Writes the numbers there as JSON, instead of printing them.",
    },
  },
  subcommands: { start: benchStart },
  run: async ({ json, ...values }) => {
    const { sizes, questions: count } = readBenchArguments(values);
    const config = await readLocalConfig();
    const stopped = stopSignal(new AppError("bad_request", "Stopped."));
    const signal = AbortSignal.any([stopped, outputClosed]);
    const { embedders } = composeParts(config, silentTelemetry);
    const embedder = await embedders.configured();
    const { questions, sentences } = await prepareTexts(config, count, embedder, signal);

    const { machine, words } = tellMachine();
    print(`${words}; ${count} questions after ${warmUps} to warm up\n`);
    const results: SizeResult[] = [];
    for (const size of sizes) {
      const tools = { config, embedder, questions, sentences, signal };
      const result = await measureSize(size, tools).catch((error: unknown) => {
        // what was interrupted words it in its own way
        stopped.throwIfAborted();
        throw error;
      });
      print(`${describe(result)}\n`);
      results.push(result);
    }

    const report = JSON.stringify({ ...machine, questions: count, warmUps, sizes: results }, undefined, 2);
    if (json === undefined) print(`--- JSON ---\n${report}\n--- end ---`);
    else {
      await writeFile(json, `${report}\n`);
      print(`The same as JSON is in ${json}.`);
    }
    return 0;
  },
});

interface BenchScene {
  readonly config: Config;
  readonly embedder: Embedder;
  readonly questions: readonly EmbeddedText[];
  readonly sentences: readonly EmbeddedText[];
  readonly signal: AbortSignal;
}

const prepareTexts = async (
  { appRoot }: Config,
  count: number,
  embedder: Embedder,
  signal: AbortSignal,
): Promise<Pick<BenchScene, "questions" | "sentences">> => {
  const file = await readEvalFile(join(appRoot, "test", "fixtures", "xquad-en.json"));
  if (file.kind !== "corpus") throw new AppError("internal", "The bench's file of questions holds no texts.");
  const questions = questionsOf(file.corpus, warmUps + count);
  if (questions.length < warmUps + count) {
    throw new AppError("bad_request", `There are only ${questions.length - warmUps} questions to measure.`);
  }
  return {
    questions: await embedTexts(questions, embedder, signal),
    sentences: await embedTexts(sentencesOf(file.corpus), embedder, signal),
  };
};

const measureSize = (
  size: number,
  { config, embedder, questions, sentences, signal }: BenchScene,
): Promise<SizeResult> =>
  inTemporaryFolder("bench", async (folder) => {
    const { namespaces } = readNamespaces(undefined, 0);
    const passages = passagesOf(sentences, namespaces, size);
    const prepared = { config, folder, embedder, namespaces, passages, signal };
    const { appFolder, store, engineUrl, passagesById } = await prepareKnowledge(prepared);
    try {
      const floor = await createFloor(engineUrl, { namespaces, passages });
      const app = await startApp(config.appRoot, appFolder);
      try {
        const tools = { namespaces, store, passages: passagesById, floor, embedder, app, signal };
        const { samples, answers } = await measureRounds({ questions, warmUps, ...tools });
        return summarize(size, samples, answers);
      } finally {
        await app.stop();
      }
    } finally {
      await store.close();
    }
  });

const tellMachine = (): { machine: object; words: string } => {
  const cores = availableParallelism();
  const model = cpus()[0]?.model ?? "unknown";
  const machine = { date: new Date().toISOString(), node: process.version, cores, model };
  return { machine, words: `${machine.date.slice(0, 10)}, Node ${machine.node}, ${cores} cores, ${model}` };
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);

void runCommand(bench);
