import type { FinishReason, Usage } from "../ports/generator.ts";
import { addUsage } from "./add-usage.ts";
import type { AnswerEvent } from "./answer-event.ts";

type Start = Omit<Extract<AnswerEvent, { type: "answer-start" }>, "type" | "mode">;

interface Cost {
  readonly usage?: Usage;
}

interface Refusal {
  readonly start: Start;
  readonly subject: string;
  /** On making the question one that can be searched for. */
  readonly spent?: Usage | undefined;
}

/** Says honestly that nothing was found; asks no model, which might make something up. */
export const refuse = ({ start, subject, spent }: Refusal): Iterable<AnswerEvent> =>
  kindly(
    start,
    start.degraded
      ? "I could not look everywhere just now, and found nothing on this in the rest. Please try again in a moment."
      : `I have nothing on this in what I was given about ${subject}. Try to ask in other words, or about something else.`,
    { finishReason: "stop", ...addUsage(spent) },
  );

/** Says kindly that a content filter let the question or its answer not through; quotes no sources instead. */
export const refuseFiltered = (start: Start, cost: Cost): Iterable<AnswerEvent> =>
  kindly(
    { ...start, sources: [] },
    "I cannot answer this one: a content filter stopped the question or its answer. Filters err at times; try to put it in other words, or ask about something else.",
    { finishReason: "content_filter", ...cost },
  );

function* kindly(
  start: Start,
  text: string,
  end: Cost & { readonly finishReason: FinishReason },
): Generator<AnswerEvent> {
  yield { type: "answer-start", mode: "refused", ...start };
  yield { type: "text-delta", text };
  yield { type: "answer-end", mode: "refused", ...end, followUps: [] };
}
