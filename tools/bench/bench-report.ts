import { perStep, stepNames } from "./bench-rounds.ts";
import type { Answers, Samples, StepName } from "./bench-rounds.ts";
import { table } from "../../src/cli/lib/table.ts";

interface Row {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Its median as a multiple of the floor's. */
  readonly timesFloor: number;
}

/** What was measured with one number of passages a namespace. */
export interface SizeResult {
  readonly size: number;
  readonly rows: Readonly<Record<StepName, Row>>;
  /** The median of the four searches one after another, as a multiple of that side by side. */
  readonly sequentialTimesParallel: number;
  readonly answers: Answers;
}

const labels: Readonly<Record<StepName, string>> = {
  floor: "(a)  four raw queries, the floor",
  retrieve: "(b)  retrieve, without word pieces",
  retrieveEmbedding: "(c)  retrieve, with word pieces",
  retrieveRepeated: "(c') the same question again",
  chat: "(d)  POST /api/chat, extractive",
  chatRepeated: "(d') the same question again",
  sequential: "(e)  four searches one after another",
  parallel: "(e') four searches side by side",
};

/** What the app is built to keep to, at this number of passages. */
const goals = { size: 100, limits: { retrieve: 1.2, chat: 3 } } as const;

/** Sums up the samples of one size. */
export const summarize = (size: number, samples: Samples, answers: Answers): SizeResult => {
  const floor = percentile(samples.floor, 0.5);
  const row = (values: readonly number[]): Row => ({
    p50: rounded(percentile(values, 0.5)),
    p95: rounded(percentile(values, 0.95)),
    p99: rounded(percentile(values, 0.99)),
    timesFloor: rounded(percentile(values, 0.5) / floor),
  });
  return {
    size,
    rows: perStep((name) => row(samples[name])),
    sequentialTimesParallel: rounded(percentile(samples.sequential, 0.5) / percentile(samples.parallel, 0.5)),
    answers,
  };
};

/** The result of one size for people: a table, and what follows from it. */
export const describe = (result: SizeResult): string => {
  const { size, rows, answers } = result;
  const cells = stepNames.map((name) => {
    const { p50, p95, p99, timesFloor } = rows[name];
    return [labels[name], ...[p50, p95, p99, timesFloor].map((value) => value.toFixed(2).padStart(7))];
  });
  const header = ["", ...["p50 ms", "p95 ms", "p99 ms", "p50/(a)"].map((name) => name.padStart(7))];
  return [
    `${size} passages a namespace`,
    table(header, cells),
    `${answers.extractive} of ${answers.extractive + answers.other} questions were answered from the sources.`,
    compared(result),
    ...(size === goals.size ? [judged(result, "retrieve"), judged(result, "chat")] : []),
  ].join("\n");
};

const compared = ({ rows: { sequential, parallel }, sequentialTimesParallel }: SizeResult): string => {
  const costs = `One after another the four searches take ${sequential.p50.toFixed(2)} ms, side by side ${parallel.p50.toFixed(2)} ms`;
  return sequentialTimesParallel > 1
    ? `${costs}: the order takes ${sequentialTimesParallel.toFixed(2)} times as long, and is kept for isolation, not for speed.`
    : `${costs}: with one question at a time the order costs nothing here.`;
};

const judged = ({ rows }: SizeResult, name: keyof typeof goals.limits): string => {
  const limit = goals.limits[name];
  const { timesFloor } = rows[name];
  const verdict = timesFloor <= limit ? "met" : "missed";
  return `Goal: ${labels[name].slice(0, 3)} at most ${limit} times (a) at p50: ${verdict} with ${timesFloor.toFixed(2)}.`;
};

/** The nearest rank: a value that was really measured. */
const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(part * values.length) - 1)] ?? 0;

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
