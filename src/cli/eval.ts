import { composeParts, composePublisher } from "../app/parts.ts";
import type { Config } from "../config/read-config.ts";
import { AppError } from "../shared/app-error.ts";
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
import { defineCommand } from "./lib/define-command.ts";
import { readLocalConfig } from "./lib/read-local-config.ts";
import { runCommand } from "./lib/run-command.ts";
import { stopSignal } from "./lib/stop-signal.ts";
import { inTemporaryFolder } from "./lib/temporary-folder.ts";
import { table } from "./lib/table.ts";
import { silentTelemetry } from "../telemetry/silent.ts";

/** `npm run eval -- questions.json`: measures how well questions find what they should. */
const evaluate = defineCommand({
  name: "npm run eval",
  description: "Asks the questions of a file, and says how many find what they should.",
  example: "npm run eval -- questions.json --min-recall 0.85",
  args: {
    file: {
      type: "positional",
      description: "The file of questions, as docs/knowledge.md describes it.",
      required: true,
    },
    "min-recall": {
      type: "string",
      valueHint: "0.85",
      description: "Fails when recall@5 is lower than this.",
    },
    json: { type: "boolean", description: "Prints the same as JSON." },
  },
  run: async ({ file: path, json, "min-recall": least }) => {
    const minRecall = least === undefined ? 0 : readShare(least);
    const config = await readLocalConfig();
    const file = await readEvalFile(path);
    const signal = stopSignal(new AppError("bad_request", "Stopped."));
    const { result, words, recallAt5 } = await evaluateFile(file, { path, config, signal });
    process.stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : `${words}\n`);
    if (recallAt5 >= minRecall) return 0;
    process.stderr.write(
      `recall@5 is ${percent(recallAt5)}, less than the ${percent(minRecall)} of --min-recall.\n`,
    );
    return 1;
  },
});

const readShare = (text: string): number => {
  const value = Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new AppError("bad_request", `--min-recall must be a number from 0 to 1, not ${text}.`);
};

interface Evaluation {
  readonly path: string;
  readonly config: Config;
  readonly signal: AbortSignal;
}

interface Evaluated {
  readonly result: object;
  readonly words: string;
  /** In the way that the app searches as it is configured. */
  readonly recallAt5: number;
}

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
    const words = `${table(["measure", "value"], rows)}\n\n${about}`;
    return { result, words, recallAt5: result.recallAt5 };
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
  const words = `${table(["measure", "value"], rows)}\n\nGeneration ${generation}${list}`;
  // without a question that expects anything, none was missed
  return { result, words, recallAt5: expected > 0 ? result.recallAt5 : 1 };
};

const ofConversations = async (
  file: ConversationFile,
  { path, config, signal }: Evaluation,
): Promise<Evaluated> => {
  const { model, outcomes } = await evaluateConversations({ path, file }, config, signal);
  const recallAt5 = (of: readonly ConversationOutcome[]): Record<(typeof ways)[number], number> => {
    const recall = (way: (typeof ways)[number]): number => share(of, ({ foundBy }) => foundBy.includes(way));
    return { model: recall("model"), rule: recall("rule"), alone: recall("alone") };
  };
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
  const recalls = recallAt5(outcomes);
  const words = `${table(header, rows)}\n\n${who}${list}`;
  return {
    result: { modelAsked: model, ...recalls, outcomes },
    words,
    recallAt5: model ? recalls.model : recalls.rule,
  };
};

const rankingRows = (result: CorpusResult | ServedResult): string[][] => [
  ["recall@1", percent(result.recallAt1)],
  ["recall@5", percent(result.recallAt5)],
  ["MRR", result.meanReciprocalRank.toFixed(3)],
];

void runCommand(evaluate);
