import type { FinishReason, GenerationEvent, GenerationJob, Generator, Usage } from "../ports/generator.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import type { AnswerEvent } from "./answer-event.ts";

type Start = Omit<Extract<AnswerEvent, { type: "answer-start" }>, "type" | "mode">;

interface Answer {
  readonly start: Start;
  readonly job: GenerationJob;
  readonly live: boolean;
  /** Of the request: the job's own may end before. */
  readonly signal: AbortSignal;
}

interface Tools {
  readonly generator: Generator;
  readonly extractive: Generator;
  readonly telemetry: Telemetry;
}

/**
 * Lets the model word the answer. While nothing of it has been shown, its failure costs the visitor
 * nothing but the wording: the extractive answer from the same sources takes its place.
 */
export async function* generateAnswer(answer: Answer, tools: Tools): AsyncGenerator<AnswerEvent> {
  const { generator, extractive } = tools;
  let shown = false;
  try {
    for await (const event of words(answer, generator)) {
      shown = true;
      yield event;
    }
  } catch (thrown) {
    const error = toAppError(thrown, "model_failed");
    const replaceable = !shown && generator !== extractive && error.code !== "content_filter";
    if (!replaceable || answer.signal.aborted) throw error;
    tools.telemetry.log({
      severity: "error",
      message: `[ERROR] model failed, answering from the sources alone: ${messageOf(error)}`,
      attributes: { stage: "generate", errorCode: error.code },
    });
    yield* words(answer, extractive);
  }
}

/** The answer's events, of which the first is given when there is a first word. */
async function* words({ start, job, live }: Answer, generator: Generator): AsyncGenerator<AnswerEvent> {
  const { mode } = generator;
  const begun = performance.now();
  const events = live ? generator.generate(job) : await whole(generator.generate(job));
  let started = false;
  let end: { finishReason: FinishReason; usage?: Usage } | undefined;
  for await (const event of events) {
    if (event.type === "end") {
      const { type: _, ...rest } = event;
      end = rest;
      continue;
    }
    if (!started) {
      const timings = [...start.timings, { step: "first words", durationMs: performance.now() - begun }];
      yield { type: "answer-start", mode, ...start, timings };
      started = true;
    }
    yield { type: "text-delta", text: event.text };
  }
  if (!started) throw new AppError("model_failed", "The model said nothing.");
  if (!end) throw new AppError("model_failed", "The model's answer broke off.");
  yield { type: "answer-end", mode, ...end, followUps: [] };
}

const whole = async (events: AsyncIterable<GenerationEvent>): Promise<readonly GenerationEvent[]> => {
  const all: GenerationEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};
