import * as z from "zod";
import { parseWith } from "./parse-with.ts";
import { wellFormedText } from "./question-text.ts";
import { readConversation } from "./read-conversation.ts";
import type { Conversation } from "./read-conversation.ts";
import { textOfParts } from "./text-of-parts.ts";

const content = z
  .union([wellFormedText, z.array(z.looseObject({ type: z.string(), text: wellFormedText.optional() }))], {
    error: "must be text, or a list of parts that are text",
  })
  .nullish();

const message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"], {
    error: "must be system, developer, user, assistant, tool or function",
  }),
  content,
});

/** The body of OpenAI's chat completions: what is not named here is ignored. */
export const openAiRequest = z.looseObject({
  model: z.string().nullish().describe("Whatever it names, colophon answers."),
  messages: z
    .array(message)
    .min(1, "must hold at least one message")
    .max(1_000, "must hold at most 1000 messages"),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

export interface OpenAiRequest extends Conversation {
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** Reads the body of OpenAI's chat completions. Fails with `bad_request`. */
export const parseOpenAiRequest = (body: unknown): OpenAiRequest => {
  const { messages, stream, stream_options } = parseWith(openAiRequest, body);
  return {
    ...readConversation(messages.map(({ role, content: said }) => ({ role, content: textOf(said) }))),
    stream: stream ?? false,
    includeUsage: stream_options?.include_usage ?? false,
  };
};

const textOf = (said: z.infer<typeof content>): string =>
  typeof said === "string" ? said : textOfParts(said ?? []);
