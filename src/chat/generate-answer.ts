import type { GenerationEvent, GenerationJob, Generator, Usage } from "../ports/generator.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import { addUsage } from "./add-usage.ts";
import type { AnswerEvent } from "./answer-event.ts";
import { chooseFollowUps } from "./choose-follow-ups.ts";
import { cutFollowUps } from "./cut-follow-ups.ts";
import { generateInSpan } from "./generate-in-span.ts";
import { refuseFiltered } from "./refuse.ts";
import { sentencesFor } from "./sentences.ts";

type Start = Omit<Extract<AnswerEvent, { type: "answer-start" }>, "type" | "mode">;
type End = Extract<GenerationEvent, { type: "end" }>;

interface Answer {
  readonly start: Start;
  readonly job: Omit<GenerationJob, "telemetry">;
  readonly live: boolean;
  /** Of the request: the job's own may end before. */
  readonly signal: AbortSignal;
  /** What was spent on the question before. */
  readonly spent?: Usage | undefined;
}

interface Tools {
  readonly generator: Generator;
  readonly extractive: Generator;
  readonly telemetry: Telemetry;
}

/**
 * Lets the model word the answer. While nothing of it has been shown, its failure costs the visitor
 * nothing but the wording: the extractive answer from the same sources takes its place. What a
 * content filter stopped is never quoted instead.
 */
export async function* generateAnswer(answer: Answer, tools: Tools): AsyncGenerator<AnswerEvent> {
  const { generator, extractive, telemetry } = tools;
  let shown = false;
  try {
    for await (const event of words(answer, generator, telemetry)) {
      shown = true;
      yield event;
    }
  } catch (thrown) {
    const error = toAppError(thrown, "model_failed");
    if (shown || generator === extractive || answer.signal.aborted) throw error;
    telemetry.log({
      severity: "error",
      message: `[ERROR] model failed, answering from the sources alone: ${messageOf(error)}`,
      attributes: { stage: "generate", errorCode: error.code },
      error,
    });
    yield* words({ ...answer, spent: addUsage(answer.spent, error.spent).usage }, extractive, telemetry);
  }
}

/** The answer's events, of which the first is given when there is a first word; the blanks before it are cut. */
async function* words(
  { start, job, live, spent }: Answer,
  generator: Generator,
  telemetry: Telemetry,
): AsyncGenerator<AnswerEvent> {
  const { mode } = generator;
  const startedAt = performance.now();
  const spoken = spokenBy(generator, job, telemetry);
  const events = live ? spoken : await whole(spoken);
  let started = false;
  let end: End | undefined;
  for await (const event of events) {
    if (event.type === "end") {
      end = event;
      continue;
    }
    if (event.type === "restart") {
      // what was shown of a thought cannot be taken back, but the answer begins apart from it
      if (started) yield { type: "text-delta", text: "\n\n" };
      continue;
    }
    const text = started ? event.text : event.text.trimStart();
    if (text === "") continue;
    if (!started) {
      const timings = [...start.timings, { step: "first words", durationMs: performance.now() - startedAt }];
      yield { type: "answer-start", mode, ...start, timings };
      started = true;
    }
    yield { type: "text-delta", text };
  }
  if (!end) throw new AppError("model_failed", "The model's answer broke off.");
  const { finishReason } = end;
  const cost = addUsage(spent, end.usage);
  if (finishReason === "content_filter") logFilter(end, telemetry);
  if (started) {
    const followUps = finishReason === "content_filter" ? [] : chooseFollowUps(end.followUps ?? [], job);
    yield { type: "answer-end", mode, finishReason, ...cost, followUps };
  } else if (finishReason === "content_filter") {
    yield* refuseFiltered(start, sentencesFor(job.language), cost);
  } else {
    const what = end.thought ? "The model said nothing but its thoughts" : "The model said nothing";
    const why = finishReason === "length" ? ": ANSWER_TOKENS may leave too little room for its thoughts" : "";
    throw new AppError("model_failed", `${what}${why}.`, { spent: end.usage });
  }
}

/** Only a model is asked to mark questions: what the owner's files say is quoted as it is. */
const spokenBy = (
  generator: Generator,
  job: Answer["job"],
  telemetry: Telemetry,
): AsyncIterable<GenerationEvent> => {
  const events = generateInSpan(generator, job, telemetry);
  return generator.mode === "generated" ? cutFollowUps(events) : events;
};

/** All of an answer, but nothing of one that was stopped by a filter: none of it has been shown yet. */
const whole = async (events: AsyncIterable<GenerationEvent>): Promise<readonly GenerationEvent[]> => {
  let all: GenerationEvent[] = [];
  for await (const event of events) {
    if (event.type === "restart") all = [];
    else all.push(event);
  }
  const end = all.at(-1);
  return end?.type === "end" && end.finishReason === "content_filter" ? [end] : all;
};

const logFilter = ({ filteredFor = [] }: End, telemetry: Telemetry): void => {
  const categories = filteredFor.join(", ");
  telemetry.log({
    severity: "warning",
    message: `A content filter stopped the question or its answer${categories ? `: ${categories}` : ""}`,
    attributes: { stage: "generate", errorCode: "content_filter", filteredFor: categories || undefined },
  });
};
