import { parseArgs } from "node:util";
import { composeParts, composePublisher } from "../compose.ts";
import type { Config } from "../config/read-config.ts";
import { AppError, messageOf } from "../shared/app-error.ts";
import { evaluateCorpus } from "./support/eval-corpus.ts";
import type { CorpusResult } from "./support/eval-corpus.ts";
import { readEvalFile } from "./support/eval-file.ts";
import type { EvalCorpus, Expectation } from "./support/eval-file.ts";
import { percent } from "./support/eval-scores.ts";
import { evaluateServed } from "./support/eval-served.ts";
import type { ServedResult } from "./support/eval-served.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";
import { runCommand } from "./support/run-command.ts";
import { table } from "./support/table.ts";
import { silentTelemetry } from "../ports/telemetry.ts";

const evaluate = async (config: Config): Promise<number> => {
  const { path, json } = readArguments();
  const file = await readEvalFile(path);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new AppError("bad_request", "Stopped.")));
  const [result, words] =
    file.kind === "corpus"
      ? await ofCorpus(file.corpus, config, stop.signal)
      : await ofServed(file.expectations, config, stop.signal);
  process.stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : `${words}\n`);
  return 0;
};

const readArguments = (): { path: string; json: boolean } => {
  const usage = "Usage: npm run eval -- <questions.json> [--json]";
  try {
    const { values, positionals } = parseArgs({
      options: { json: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    const [path] = positionals;
    if (path === undefined || positionals.length > 1)
      throw new Error("Exactly one file of questions is needed.");
    return { path, json: values.json };
  } catch (error) {
    throw new AppError("bad_request", `${messageOf(error)}\n${usage}`, { cause: error });
  }
};

const ofCorpus = (
  corpus: EvalCorpus,
  config: Config,
  signal: AbortSignal,
): Promise<readonly [CorpusResult, string]> =>
  inTemporaryFolder("eval", async (dataFolder) => {
    const own: Config = {
      ...config,
      dataFolder,
      snapshots: { kind: "folder", folder: dataFolder },
      chroma: { mode: "embedded" },
    };
    const result = await evaluateCorpus(corpus, await composePublisher(own, silentTelemetry), signal);
    const { questions, passages, threshold } = result;
    const rows = [
      ...rankingRows(result),
      ["refused wrongly (all articles there)", percent(result.refusedPresent)],
      ["refused rightly (its article left out)", percent(result.refusedAbsent)],
      ["answer text in the extractive answer", percent(result.answerHolds)],
      ["median length of that answer", `${result.medianAnswerLength} characters`],
    ];
    const about = `${questions} questions, ${passages} passages, threshold ${threshold}; ${result.source}`;
    return [result, `${table(["measure", "value"], rows)}\n\n${about}`] as const;
  });

const ofServed = async (
  expectations: readonly Expectation[],
  config: Config,
  signal: AbortSignal,
): Promise<readonly [ServedResult, string]> => {
  const result = await evaluateServed(expectations, composeParts(config, silentTelemetry), signal);
  const { expected, toRefuse, refusedRight, refusedWrong, generation, misses } = result;
  const rows = [
    ...(expected > 0 ? rankingRows(result) : []),
    ["refused wrongly", `${refusedWrong} of ${expected}`],
    ["refused rightly", `${refusedRight} of ${toRefuse}`],
  ];
  const missed = misses.map(({ question, problem }) => `  ${question} ${problem}`);
  const list = missed.length > 0 ? `\n\nMissed:\n${missed.join("\n")}` : "";
  return [result, `${table(["measure", "value"], rows)}\n\nGeneration ${generation}${list}`];
};

const rankingRows = (result: CorpusResult | ServedResult): string[][] => [
  ["recall@1", percent(result.recallAt1)],
  ["recall@5", percent(result.recallAt5)],
  ["MRR", result.meanReciprocalRank.toFixed(3)],
];

void runCommand(evaluate);
