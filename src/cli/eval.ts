import { basename, join } from "node:path";
import { composeParts, composePublisher } from "../app/parts.ts";
import { isolatedConfig } from "../config/isolated-config.ts";
import type { Config } from "../config/read-config.ts";
import { AppError } from "../shared/app-error.ts";
import { evaluateCorpus } from "./eval/corpus.ts";
import type { CorpusResult } from "./eval/corpus.ts";
import { evaluateConversations, ways } from "./eval/conversations.ts";
import type { ConversationOutcome } from "./eval/conversations.ts";
import { readEvalFile } from "./eval/file.ts";
import type { ConversationFile, EvalCorpus, EvalFile, Expectation, OwnerFile } from "./eval/file.ts";
import { percent, share } from "./eval/scores.ts";
import type { Errors } from "./eval/scores.ts";
import { evaluateOwners } from "./eval/owners.ts";
import type { OwnerMeasures } from "./eval/owners.ts";
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
      description: "The file of questions, or a folder of owners, as docs/knowledge.md describes them.",
      required: false,
    },
    all: { type: "boolean", description: "Measures on all files of questions that come with Colophon." },
    "min-recall": {
      type: "string",
      valueHint: "0.85",
      description: "Fails when recall@5 is lower than this.",
    },
    json: { type: "boolean", description: "Prints the same as JSON." },
  },
  run: async ({ file, all = false, json, "min-recall": least }) => {
    const minRecall = least === undefined ? 0 : readShare(least);
    const config = await readLocalConfig();
    const paths = pathsOf(file, all, config);
    const signal = stopSignal(new AppError("bad_request", "Stopped."));
    const results: Record<string, object> = {};
    let isMissed = false;
    for (const path of paths) {
      const { result, words, recallAt5 } = await evaluateFile(await readEvalFile(path), {
        path,
        config,
        signal,
      });
      results[basename(path, ".json")] = result;
      if (!json) process.stdout.write(`${all ? `${basename(path)}\n\n` : ""}${words}\n${all ? "\n" : ""}`);
      if (recallAt5 >= minRecall) continue;
      isMissed = true;
      process.stderr.write(
        `recall@5 is ${percent(recallAt5)}, less than the ${percent(minRecall)} of --min-recall.\n`,
      );
    }
    if (json)
      process.stdout.write(`${JSON.stringify(all ? results : Object.values(results)[0], undefined, 2)}\n`);
    return isMissed ? 1 : 0;
  },
});

/** What comes with Colophon: five owners, paragraphs of an encyclopaedia, conversations. */
const bundledFiles = ["owners", "xquad-en.json", "conversations.json", "owner-conversations.json"];

const pathsOf = (file: string | undefined, all: boolean, { appRoot }: Config): readonly string[] => {
  if (all && file === undefined) return bundledFiles.map((name) => join(appRoot, "test", "fixtures", name));
  if (!all && file !== undefined) return [file];
  throw new AppError(
    "bad_request",
    all ? "Either a file is evaluated or --all." : "A file is needed, or --all.",
  );
};

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
    case "owners":
      return ofOwners(file.owners, config, signal);
    case "corpus":
      return ofCorpus(file.corpus, config, signal);
    case "conversations":
      return ofConversations(file.file, { path, config, signal });
    case "served":
      return ofServed(file.expectations, config, signal);
  }
};

const ofOwners = async (
  owners: readonly OwnerFile[],
  config: Config,
  signal: AbortSignal,
): Promise<Evaluated> => {
  const result = await evaluateOwners(owners, config, signal);
  const row = (name: string, one: OwnerMeasures, threshold: string): string[] => [
    name,
    percent(one.recallAt1),
    percent(one.recallAt5),
    percent(one.wronglyRefused),
    percent(one.wronglyRefusedWithTypo),
    percent(one.nearRefused),
    percent(one.offRefused),
    percent(one.answerHolds),
    threshold,
  ];
  const rows = [
    ...result.owners.map((one) => row(one.owner, one, one.threshold.toFixed(2))),
    ...(owners.length > 1 ? [row("average", result.average, "")] : []),
  ];
  const header = [
    "owner",
    "recall@1",
    "recall@5",
    "wrongly refused",
    "with a typo",
    "near-topic refused",
    "off-topic refused",
    "answer holds",
    "below",
  ];
  const how =
    owners.length > 1
      ? "What is refused below a score is fitted on all other owners and measured on each."
      : "";
  return { result, words: `${table(header, rows)}\n\n${how}`.trimEnd(), recallAt5: result.average.recallAt5 };
};

const ofCorpus = (corpus: EvalCorpus, config: Config, signal: AbortSignal): Promise<Evaluated> =>
  inTemporaryFolder("eval", async (dataFolder) => {
    const publisher = await composePublisher(isolatedConfig(config, dataFolder), silentTelemetry);
    const result = await evaluateCorpus(corpus, publisher, signal);
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
