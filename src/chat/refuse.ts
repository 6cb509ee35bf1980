import type { AnswerEvent } from "./answer-event.ts";

type Start = Omit<Extract<AnswerEvent, { type: "answer-start" }>, "type" | "mode">;

/** Says honestly that nothing was found; asks no model, which might make something up. */
export function* refuse({
  start,
  subject,
}: {
  readonly start: Start;
  readonly subject: string;
}): Generator<AnswerEvent> {
  const text = start.degraded
    ? "I could not look everywhere just now, and found nothing on this in the rest. Please try again in a moment."
    : `I have nothing on this in what I was given about ${subject}. Try to ask in other words, or about something else.`;
  yield { type: "answer-start", mode: "refused", ...start };
  yield { type: "text-delta", text };
  yield { type: "answer-end", mode: "refused", finishReason: "stop", followUps: [] };
}
