import * as z from "zod";
import type { AnswerEvent } from "../../chat/answer-event.ts";
import { answerMode, confidence, fit } from "../answer-terms.ts";
import { rounded } from "../rounded.ts";
import { sseDone, sseEvent } from "../stream.ts";

/*
 * The AI SDK's UI message stream, version 1, as `useChat` reads it. Its error responses are words
 * alone: the client shows the whole body.
 */

export const uiMessageHeaders = { "x-vercel-ai-ui-message-stream": "v1" };

const metadata = z.object({
  mode: answerMode,
  confidence: confidence.optional(),
  degraded: z.literal(true).optional(),
  usage: z.object({ promptTokens: z.number(), completionTokens: z.number() }).optional(),
});

/** An event of the stream. */
export const uiMessageChunk = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start"), messageId: z.string(), messageMetadata: metadata }),
  z.object({ type: z.literal("start-step") }),
  z.object({
    type: z.literal("source-document"),
    sourceId: z.string(),
    mediaType: z.string(),
    title: z.string(),
    filename: z.string(),
    providerMetadata: z.object({
      colophon: z.object({
        number: z.number().describe("Its mark in the text: [1]."),
        namespace: z.string(),
        ...fit,
        text: z.string(),
      }),
    }),
  }),
  z.object({ type: z.literal("text-start"), id: z.string() }),
  z.object({ type: z.literal("text-delta"), id: z.string(), delta: z.string() }),
  z.object({ type: z.literal("text-end"), id: z.string() }),
  z.object({ type: z.literal("data-followups"), data: z.array(z.string()) }),
  z.object({ type: z.literal("finish-step") }),
  z.object({
    type: z.literal("finish"),
    finishReason: z.enum(["stop", "length", "content-filter"]),
    messageMetadata: metadata,
  }),
  z.object({ type: z.literal("error"), errorText: z.string() }),
]);

type Chunk = z.infer<typeof uiMessageChunk>;

/** The form of errors before a stream: the words that the visitor is shown. */
export const uiMessageErrorForm = {
  contentType: "text/plain; charset=utf-8",
  schema: z.string().meta({ title: "ErrorText" }),
  encode: ({ message }: { readonly message: string }): string => message,
};

/** The events of a stream. */
export async function* encodeUiMessageStream(events: AsyncIterable<AnswerEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    for (const chunk of encodeEvent(event)) yield sseEvent(chunk);
  }
  yield sseDone;
}

const textId = "answer";

const encodeEvent = (event: AnswerEvent): readonly Chunk[] => {
  switch (event.type) {
    case "answer-start":
      return [
        { type: "start", messageId: event.answerId, messageMetadata: metadataOf(event) },
        { type: "start-step" },
        ...event.sources.map(sourceDocument),
        { type: "text-start", id: textId },
      ];
    case "text-delta":
      return [{ type: "text-delta", id: textId, delta: event.text }];
    case "answer-end":
      return [
        { type: "text-end", id: textId },
        ...(event.followUps.length > 0
          ? [{ type: "data-followups" as const, data: [...event.followUps] }]
          : []),
        { type: "finish-step" },
        {
          type: "finish",
          finishReason: event.finishReason === "content_filter" ? "content-filter" : event.finishReason,
          messageMetadata: { ...metadataOf(event), ...(event.usage ? { usage: event.usage } : {}) },
        },
      ];
    case "error":
      return [{ type: "error", errorText: event.message }];
  }
};

const metadataOf = ({
  mode,
  confidence: found,
  degraded = false,
}: {
  readonly mode: z.infer<typeof metadata>["mode"];
  readonly confidence?: z.infer<typeof confidence>;
  readonly degraded?: boolean;
}): z.infer<typeof metadata> => ({
  mode,
  ...(found ? { confidence: found } : {}),
  ...(degraded ? { degraded: true } : {}),
});

type Source = Extract<AnswerEvent, { type: "answer-start" }>["sources"][number];

const sourceDocument = ({ id, number, namespace, source, similarity, score, text }: Source): Chunk => {
  const filename = source.replace(/#.*$/s, "");
  return {
    type: "source-document",
    sourceId: id,
    mediaType: mediaTypes[/\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? ""] ?? "text/plain",
    title: source,
    filename,
    providerMetadata: {
      colophon: { number, namespace, similarity: rounded(similarity), score: rounded(score), text },
    },
  };
};

const mediaTypes: Readonly<Record<string, string>> = {
  json: "application/json",
  md: "text/markdown",
  markdown: "text/markdown",
  yaml: "application/yaml",
  yml: "application/yaml",
};
