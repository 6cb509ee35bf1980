import type { AnswerEvent } from "./answer-event.ts";

type Of<Type extends AnswerEvent["type"]> = Extract<AnswerEvent, { type: Type }>;

/** An answer that is whole. */
export interface WholeAnswer {
  readonly start: Of<"answer-start">;
  readonly text: string;
  readonly end: Of<"answer-end">;
}

export interface FailedAnswer {
  readonly error: Of<"error">;
}

/** Waits for the whole answer, or the error it ended with. */
export const collectAnswer = async (
  events: AsyncIterable<AnswerEvent>,
): Promise<WholeAnswer | FailedAnswer> => {
  let start: Of<"answer-start"> | undefined;
  let end: Of<"answer-end"> | undefined;
  let text = "";
  for await (const event of events) {
    if (event.type === "error") return { error: event };
    if (event.type === "text-delta") text += event.text;
    else if (event.type === "answer-start") start = event;
    else end = event;
  }
  if (!start || !end) throw new TypeError("An answer has a start and an end, or an error.");
  return { start, text, end };
};
