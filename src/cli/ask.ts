import { composeApp } from "../app/compose.ts";
import { composeParts } from "../app/parts.ts";
import { answerQuestion } from "../chat/answer-question.ts";
import { collectAnswer } from "../chat/collect-answer.ts";
import type { WholeAnswer } from "../chat/collect-answer.ts";
import type { DroppedHit } from "../chat/dropped-hit.ts";
import { findCitations } from "../chat/find-citations.ts";
import { questionText } from "../chat/question-text.ts";
import type { LiveGeneration } from "../ports/generation.ts";
import type { Namespace } from "../ports/namespace.ts";
import { AppError } from "../shared/app-error.ts";
import { logOnly } from "../telemetry/silent.ts";
import { defineCommand } from "./lib/define-command.ts";
import { readLocalConfig } from "./lib/read-local-config.ts";
import { runCommand } from "./lib/run-command.ts";
import { servedGenerations } from "./lib/served-generations.ts";
import { stopSignal } from "./lib/stop-signal.ts";
import { table } from "./lib/table.ts";

/** `npm run ask -- "question"`: answers as the app would, and says what became of everything that was found. */
const ask = defineCommand({
  name: "npm run ask",
  description: "Answers a question from what is served, as the app would, and says what was found for it.",
  example: 'npm run ask -- "Who taught her mathematics?"',
  args: {
    question: { type: "positional", description: "The question, in quotation marks.", required: true },
    json: { type: "boolean", description: "Prints the same as JSON." },
  },
  run: async ({ question, json }) => {
    const text = readQuestion(question);
    const config = await readLocalConfig();
    const signal = AbortSignal.any([
      stopSignal(new AppError("bad_request", "Stopped.")),
      AbortSignal.timeout(config.requestTimeoutMs),
    ]);
    const generations = servedGenerations(composeParts(config, problemsOnly));
    try {
      const namespaces = await servedNamespaces(generations, signal);
      const tools = { ...composeApp(config, problemsOnly), generations };
      const turn = { answerId: "ask", text, history: [], live: false };
      const answer = await collectAnswer(answerQuestion(turn, tools, signal));
      if ("error" in answer) throw new AppError(answer.error.code, answer.error.message);
      const asked = { answer, hits: hitsOf(answer, namespaces) };
      process.stdout.write(`${json ? toJson(asked) : describe(asked)}\n`);
      return 0;
    } finally {
      await generations.close();
    }
  },
});

/** The owner reads in the log's own words why something went wrong; what went well is the answer. */
const problemsOnly = logOnly(({ severity, message }) => {
  if (severity === "warning" || severity === "error") process.stderr.write(`${message}\n`);
});

const readQuestion = (question: string): string => {
  const { data, error } = questionText.safeParse(question);
  if (data !== undefined) return data;
  throw new AppError("bad_request", `The question ${error?.issues[0]?.message ?? "is not valid"}.`);
};

/** Opens what is served, so that what cannot be opened fails in the owner's words, and not in a visitor's. */
const servedNamespaces = async (
  generations: LiveGeneration,
  signal: AbortSignal,
): Promise<readonly Namespace[]> => {
  const lease = await generations.acquire(signal);
  lease.release();
  return lease.manifest.namespaces;
};

interface ShownHit {
  /** Of the source, where it is one. */
  readonly number?: number;
  readonly namespace: string;
  readonly source: string;
  readonly score: number;
  readonly used: "cited" | "in_context" | DroppedHit["why"];
  readonly why: string;
}

/** First the sources, by number, then what else was found, best first. */
const hitsOf = ({ start, text }: WholeAnswer, namespaces: readonly Namespace[]): readonly ShownHit[] => {
  const cited = new Set(findCitations(text, start.sources).map(({ source }) => source.number));
  const thresholdOf = (name: string): number | undefined =>
    namespaces.find((namespace) => namespace.name === name)?.threshold;
  const topKOf = (name: string): number | undefined =>
    namespaces.find((namespace) => namespace.name === name)?.topK;
  const reasons: Readonly<Record<DroppedHit["why"], (hit: DroppedHit) => string>> = {
    style: () => "shapes the voice, is never quoted",
    below_threshold: ({ namespace }) =>
      `dropped: less similar than the threshold of ${thresholdOf(namespace)}`,
    refused: () => "dropped: nothing that was found answers the question",
    below_best: () => "dropped: too far behind the best",
    over_top_k: ({ namespace }) => `dropped: ${topKOf(namespace)} of ${namespace} are better, its topK`,
    repeated: () => "dropped: says the same as a better one",
    over_budget: () => "dropped: no room left within CONTEXT_TOKENS",
  };
  return [
    ...start.sources.map(({ number, namespace, source, score }) => ({
      number,
      namespace,
      source,
      score,
      ...(cited.has(number)
        ? { used: "cited" as const, why: "kept, and cited" }
        : { used: "in_context" as const, why: "kept, but not cited" }),
    })),
    ...start.dropped
      .toSorted((a, b) => b.score - a.score)
      .map(({ why: used, ...hit }) => ({ ...hit, used, why: reasons[used]({ why: used, ...hit }) })),
  ];
};

interface Asked {
  readonly answer: WholeAnswer;
  readonly hits: readonly ShownHit[];
}

const toJson = ({ answer: { start, text, end }, hits }: Asked): string => {
  const { generation, degraded } = start;
  const { mode, finishReason, followUps } = end;
  return JSON.stringify(
    { answer: text, mode, finishReason, followUps, generation, degraded, hits },
    undefined,
    2,
  );
};

const describe = ({ answer: { start, text, end }, hits }: Asked): string => {
  const failed = start.timings.filter(({ failed: hasFailed }) => hasFailed).map(({ step }) => step);
  const about = [
    `Answer: ${end.mode}. Generation ${start.generation}${start.degraded ? ", degraded" : ""}.`,
    ...(failed.length > 0 ? [`Failed: ${failed.join(", ")}.`] : []),
  ];
  const rows = hits.map(({ number, namespace, source, score, why }) => [
    number === undefined ? "" : `[${number}]`,
    score.toFixed(3),
    namespace,
    why,
    source,
  ]);
  const found =
    rows.length > 0
      ? table(["", "score", "namespace", "what became of it", "source"], rows)
      : "Nothing was found.";
  return `${text.trimEnd()}\n\n${about.join(" ")}\n\n${found}`;
};

void runCommand(ask);
