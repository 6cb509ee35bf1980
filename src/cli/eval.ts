import { parseArgs } from "node:util";
import { composeParts, composePublisher } from "../app/parts.ts";
import type { Config } from "../config/read-config.ts";
import { AppError, messageOf } from "../shared/app-error.ts";
import { evaluateCorpus } from "./eval/corpus.ts";
import type { CorpusResult } from "./eval/corpus.ts";
import { evaluateConversations, ways } from "./eval/conversations.ts";
import type { ConversationOutcome } from "./eval/conversations.ts";
import { readEvalFile } from "./eval/file.ts";
import type { ConversationFile, EvalCorpus, EvalFile, Expectation } from "./eval/file.ts";
import { percent, share } from "./eval/scores.ts";
import type { Errors } from "./eval/scores.ts";
import { evaluateServed } from "./eval/served.ts";
import type { ServedResult } from "./eval/served.ts";
import { inTemporaryFolder } from "./lib/temporary-folder.ts";
import { runCommand } from "./lib/run-command.ts";
import { table } from "./lib/table.ts";
import { silentTelemetry } from "../telemetry/silent.ts";

const evaluate = async (config: Config): Promise<number> => {
  const { path, json } = readArguments();
  const file = await readEvalFile(path);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new AppError("bad_request", "Stopped.")));
  const [result, words] = await evaluateFile(file, { path, config, signal: stop.signal });
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

interface Evaluation {
  readonly path: string;
  readonly config: Config;
  readonly signal: AbortSignal;
}

type Evaluated = readonly [result: object, words: string];

const evaluateFile = (file: EvalFile, { path, config, signal }: Evaluation): Promise<Evaluated> => {
  switch (file.kind) {
    case "corpus":
      return ofCorpus(file.corpus, config, signal);
    case "conversations":
      return ofConversations(file.file, { path, config, signal });
    case "served":
      return ofServed(file.expectations, config, signal);
  }
};

const ofCorpus = (corpus: EvalCorpus, config: Config, signal: AbortSignal): Promise<Evaluated> =>
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
      ["threshold that errs least", describeErrors(result.errsLeast)],
      ["answer text in the extractive answer", percent(result.answerHolds)],
      ["median length of that answer", `${result.medianAnswerLength} characters`],
    ];
    const about = `${questions} questions, ${passages} passages, threshold ${threshold}; ${result.source}`;
    return [result, `${table(["measure", "value"], rows)}\n\n${about}`] as const;
  });

const describeErrors = ({ threshold, refusedPresent, refusedAbsent }: Errors): string =>
  `${threshold} (refuses ${percent(refusedPresent)} wrongly, ${percent(refusedAbsent)} rightly)`;

const ofServed = async (
  expectations: readonly Expectation[],
  config: Config,
  signal: AbortSignal,
): Promise<Evaluated> => {
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

const ofConversations = async (
  file: ConversationFile,
  { path, config, signal }: Evaluation,
): Promise<Evaluated> => {
  const { model, outcomes } = await evaluateConversations({ path, file }, config, signal);
  const recallAt5 = (of: readonly ConversationOutcome[]): Record<string, number> =>
    Object.fromEntries(ways.map((way) => [way, share(of, ({ foundBy }) => foundBy.includes(way))]));
  const groups = [
    ...file.corpora.map(({ name }) => [name, outcomes.filter(({ corpus }) => corpus === name)] as const),
    ["all", outcomes] as const,
  ];
  const rows = groups.map(([name, of]) => [
    name,
    of.length,
    ...Object.values(recallAt5(of)).map((value) => percent(value)),
  ]);
  const header = ["recall@5, 2nd question", "asked", "with a model", "without one", "not followed"];
  const missed = outcomes.flatMap(({ first, second, foundBy }) => {
    const lost = ways.filter((way) => !foundBy.includes(way) && way !== "alone");
    return lost.length > 0 ? [`  ${first} ${second} (${lost.join(", ")})`] : [];
  });
  const list = missed.length > 0 ? `\n\nMissed:\n${missed.join("\n")}` : "";
  const who = model
    ? `The model is ${model}.`
    : "No model is configured: a stand-in gave the questions that the file has for it, written by hand.\n" +
      "So the first number says what a good rewriting is worth, not how well a model does it.";
  const result = { modelAsked: model, ...recallAt5(outcomes), outcomes };
  return [result, `${table(header, rows)}\n\n${who}${list}`];
};

const rankingRows = (result: CorpusResult | ServedResult): string[][] => [
  ["recall@1", percent(result.recallAt1)],
  ["recall@5", percent(result.recallAt5)],
  ["MRR", result.meanReciprocalRank.toFixed(3)],
];

void runCommand(evaluate);
