import type { AnswerEvent, Timing } from "../../chat/answer-event.ts";
import { collectAnswer } from "../../chat/collect-answer.ts";
import type { FailedAnswer } from "../../chat/collect-answer.ts";
import type { AiChatCompletion, AiChatLine, EndContext, StartContext } from "./schemas.ts";
import { rounded } from "../rounded.ts";

/*
 * The AI Chat Protocol (microsoft/ai-chat-protocol, 2024-05-29): JSON, or one JSON object a line.
 * Its client drops a last line without a line break, ignores blank lines, and never looks at the
 * content type.
 */

type Start = Extract<AnswerEvent, { type: "answer-start" }>;

/** What the caller sent as `sessionState` or `session_state`, to be handed back under the same name. */
export type SessionState = Readonly<Record<string, unknown>>;

export const aiChatKeepAlive = "\n";

/** The lines of a stream. */
export async function* encodeAiChatStream(
  events: AsyncIterable<AnswerEvent>,
  session: SessionState,
): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(encodeEvent(event, session))}\n`;
}

const encodeEvent = (event: AnswerEvent, session: SessionState): AiChatLine => {
  switch (event.type) {
    case "answer-start":
      return { delta: { role: "assistant" }, context: startContext(event), ...session };
    case "text-delta":
      return { delta: { content: event.text } };
    case "answer-end":
      return { delta: {}, context: endContext(event), ...session };
    case "error":
      return { error: { code: event.code, message: event.message } };
  }
};

/** The whole answer as one object, or the error it ended with. */
export const collectAiChat = async (
  events: AsyncIterable<AnswerEvent>,
  session: SessionState,
): Promise<{ readonly body: AiChatCompletion } | FailedAnswer> => {
  const collected = await collectAnswer(events);
  if ("error" in collected) return collected;
  const { start, text, end } = collected;
  const message = { role: "assistant" as const, content: text };
  return { body: { message, context: { ...startContext(start), ...endContext(end) }, ...session } };
};

const startContext = ({ answerId, mode, confidence, degraded, sources, timings }: Start): StartContext => ({
  answerId,
  mode,
  confidence,
  ...(degraded ? { degraded } : {}),
  data_points: { text: sources.map(({ source, text }) => `${source}: ${text}`) },
  citations: sources.map(({ id, namespace, source, similarity, score }) => ({
    id,
    namespace,
    source,
    similarity: rounded(similarity),
    score: rounded(score),
  })),
  thoughts: timings.map(thought),
});

const endContext = ({
  mode,
  finishReason,
  usage,
  followUps,
}: Extract<AnswerEvent, { type: "answer-end" }>): EndContext => ({
  mode,
  finish_reason: finishReason,
  ...(usage
    ? { usage: { prompt_tokens: usage.promptTokens, completion_tokens: usage.completionTokens } }
    : {}),
  followup_questions: [...followUps],
});

const thought = ({ step, durationMs, found, failed }: Timing): StartContext["thoughts"][number] => ({
  title: step,
  description: [
    `${rounded(durationMs)} ms`,
    ...(found === undefined ? [] : [`found ${found}`]),
    ...(failed ? ["failed"] : []),
  ].join(", "),
  props: {
    durationMs: rounded(durationMs),
    ...(found === undefined ? {} : { found }),
    ...(failed ? { failed } : {}),
  },
});
