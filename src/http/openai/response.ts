import type { AnswerEvent } from "../../chat/answer-event.ts";
import { findCitations } from "../../chat/find-citations.ts";
import { collectAnswer } from "../../chat/collect-answer.ts";
import type { FailedAnswer, WholeAnswer } from "../../chat/collect-answer.ts";
import { rounded } from "../rounded.ts";
import { sseDone, sseEvent } from "../stream.ts";
import { encodeOpenAiError } from "./errors.ts";
import type { OpenAiChunk, OpenAiCompletion } from "./schemas.ts";

/*
 * OpenAI's chat completions, as its clients read them. What OpenAI's form has no place for stands in
 * `colophon`, which they pass over.
 */

type Source = WholeAnswer["start"]["sources"][number];

interface AnswerFrame {
  readonly id: string;
  /** When it was asked for, in seconds since 1970. */
  readonly created: number;
  readonly urlOf: (source: Source) => string;
}

export const openAiModelName = "colophon";

/** The whole answer as one object, or the error it ended with. */
export const collectOpenAi = async (
  events: AsyncIterable<AnswerEvent>,
  options: AnswerFrame,
): Promise<{ readonly body: OpenAiCompletion } | FailedAnswer> => {
  const answer = await collectAnswer(events);
  if ("error" in answer) return answer;
  const message = {
    role: "assistant" as const,
    content: answer.text,
    refusal: null,
    annotations: annotationsOf(answer, options),
  };
  const { finishReason } = answer.end;
  return {
    body: {
      ...head("chat.completion", options),
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
      usage: usageOf(answer.end),
      colophon: extraOf(answer, options),
    },
  };
};

/** The events of a stream. The citations stand in the last piece: only then the text is known. */
export async function* encodeOpenAiStream(
  events: AsyncIterable<AnswerEvent>,
  { includeUsage, ...options }: AnswerFrame & { readonly includeUsage: boolean },
): AsyncGenerator<string> {
  const chunk = (choices: OpenAiChunk["choices"], more: Partial<OpenAiChunk> = {}): string =>
    sseEvent({
      ...head("chat.completion.chunk", options),
      choices,
      ...(includeUsage ? { usage: null } : {}),
      ...more,
    } satisfies OpenAiChunk);

  let start: WholeAnswer["start"] | undefined;
  let text = "";
  for await (const event of events) {
    if (event.type === "answer-start") {
      start = event;
      yield chunk([piece({ role: "assistant", content: "" })]);
    } else if (event.type === "text-delta") {
      text += event.text;
      yield chunk([piece({ content: event.text })]);
    } else if (event.type === "error") {
      yield sseEvent(encodeOpenAiError(event));
    } else if (start) {
      const answer = { start, text, end: event };
      const last = {
        ...piece({ annotations: annotationsOf(answer, options) }),
        finish_reason: event.finishReason,
      };
      yield chunk([last], { colophon: extraOf(answer, options) });
      if (includeUsage) yield chunk([], { usage: usageOf(event) });
      yield sseDone;
    }
  }
}

const head = <Kind extends string>(
  object: Kind,
  { id, created }: AnswerFrame,
): { id: string; object: Kind; created: number; model: string } => ({
  id: `chatcmpl-${id}`,
  object,
  created,
  model: openAiModelName,
});

type Choice = OpenAiChunk["choices"][number];

const piece = (delta: Choice["delta"]): Choice => ({ index: 0, delta, logprobs: null, finish_reason: null });

type Annotations = OpenAiCompletion["choices"][number]["message"]["annotations"];

const annotationsOf = ({ start, text }: WholeAnswer, { urlOf }: AnswerFrame): Annotations =>
  findCitations(text, start.sources).map(({ source, ...place }) => ({
    type: "url_citation",
    url_citation: {
      start_index: place.start,
      end_index: place.end,
      title: source.source,
      url: urlOf(source),
    },
  }));

/** Where no model was asked, no token was used. */
const usageOf = ({ usage }: WholeAnswer["end"]): OpenAiCompletion["usage"] => {
  const { promptTokens = 0, completionTokens = 0 } = usage ?? {};
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
};

const extraOf = ({ start, end }: WholeAnswer, { urlOf }: AnswerFrame): OpenAiCompletion["colophon"] => ({
  mode: end.mode,
  confidence: start.confidence,
  ...(start.degraded ? { degraded: true } : {}),
  sources: start.sources.map((source) => ({
    number: source.number,
    id: source.id,
    namespace: source.namespace,
    source: source.source,
    similarity: rounded(source.similarity),
    score: rounded(source.score),
    url: urlOf(source),
  })),
  followup_questions: [...end.followUps],
});
