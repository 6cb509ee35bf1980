import type { Usage } from "../ports/generator.ts";
import type { Attributes, Span } from "../ports/telemetry.ts";
import type { AnswerEvent } from "./answer-event.ts";

/** US dollars for a million tokens. */
export interface TokenPrice {
  readonly prompt: number;
  readonly completion: number;
}

interface Observer {
  /** The whole answer's, started when it was asked for; ended here. */
  readonly span: Span;
  readonly price: TokenPrice | undefined;
}

type Ending = "answered" | "failed" | "left";

/** Passes an answer on, and tells the telemetry how it went: its mode, its first words, its tokens, its cost. */
export async function* observeAnswer(
  events: AsyncIterable<AnswerEvent>,
  { span, price }: Observer,
): AsyncGenerator<AnswerEvent> {
  const startedAt = performance.now();
  let seen: Attributes = {};
  let ending: Ending = "left";
  try {
    for await (const event of events) {
      if (event.type === "answer-start") {
        const { mode, degraded, generation, sources } = event;
        const firstWordsMs = performance.now() - startedAt;
        seen = { mode, degraded, generation, count: sources.length, firstWordsMs };
      } else if (event.type === "answer-end") {
        ending = "answered";
        seen = {
          ...seen,
          finishReason: event.finishReason,
          ...(event.usage ? spent(event.usage, price) : {}),
        };
      } else if (event.type === "error") {
        ending = "failed";
        seen = { ...seen, errorCode: event.code };
      }
      yield event;
    }
  } finally {
    measure(span, seen, ending);
    span.end({
      attributes: { ...seen, kind: ending },
      ...(seen.errorCode === undefined ? {} : { error: seen.errorCode }),
    });
  }
}

const spent = ({ promptTokens, completionTokens }: Usage, price: TokenPrice | undefined): Attributes => ({
  promptTokens,
  completionTokens,
  ...(price
    ? { costUsd: (promptTokens * price.prompt + completionTokens * price.completion) / 1_000_000 }
    : {}),
});

const measure = ({ telemetry }: Span, seen: Attributes, ending: Ending): void => {
  const { mode, degraded, errorCode, firstWordsMs, promptTokens, completionTokens, costUsd } = seen;
  telemetry.measure("colophon.answers", 1, { mode: mode ?? "none", degraded, errorCode, kind: ending });
  if (typeof firstWordsMs === "number") telemetry.measure("colophon.first_words_ms", firstWordsMs, { mode });
  if (typeof promptTokens === "number")
    telemetry.measure("colophon.tokens", promptTokens, { kind: "prompt" });
  if (typeof completionTokens === "number")
    telemetry.measure("colophon.tokens", completionTokens, { kind: "completion" });
  if (typeof costUsd === "number") telemetry.measure("colophon.cost_usd", costUsd);
};
