import * as z from "zod";
import { parseWith } from "../body.ts";
import { messageList, namespaceNames, readConversation, textOfParts } from "../conversation.ts";
import type { Conversation } from "../conversation.ts";
import { describedAs } from "../described-as.ts";

const part = z.looseObject({ type: z.string(), text: z.string().optional() });

const message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: z
    .union([z.string(), z.array(describedAs(part))], {
      error: "must be text, or a list of parts that are text",
    })
    .nullish(),
});

/** The body of OpenAI's chat completions: what is not named here is passed over. */
export const openAiRequest = z.looseObject({
  model: z.string().nullish().describe("Whatever it names, colophon answers."),
  messages: messageList(message),
  namespaces: namespaceNames.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

export interface OpenAiRequest extends Conversation {
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** Reads the body of OpenAI's chat completions. Fails with `bad_request`, or `body_too_large`. */
export const parseOpenAiRequest = (body: unknown): OpenAiRequest => {
  const { messages, namespaces, stream, stream_options } = parseWith(openAiRequest, body);
  return {
    ...readConversation(messages, {
      schema: message,
      textOf: ({ content }) => (typeof content === "string" ? content : textOfParts(content ?? [])),
    }),
    namespaces: namespaces ?? undefined,
    stream: stream ?? false,
    includeUsage: stream_options?.include_usage ?? false,
  };
};
