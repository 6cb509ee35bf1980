import * as z from "zod";
import { parseWith } from "./parse-with.ts";
import { wellFormedText } from "./question-text.ts";
import { readConversation } from "./read-conversation.ts";
import type { Conversation } from "./read-conversation.ts";
import { textOfParts } from "./text-of-parts.ts";

const message = z.looseObject({
  role: z.enum(["system", "user", "assistant"], { error: "must be system, user or assistant" }),
  parts: z.array(z.looseObject({ type: z.string(), text: wellFormedText.optional() })),
});

/** What the AI SDK's `useChat` sends: what is not named here is ignored. */
export const uiRequest = z.looseObject({
  messages: z
    .array(message)
    .min(1, "must hold at least one message")
    .max(1_000, "must hold at most 1000 messages"),
  trigger: z.string().optional().describe("`submit-message` or `regenerate-message`."),
});

/** Reads what `useChat` sends. Fails with `bad_request`. */
export const parseUiRequest = (body: unknown): Conversation => {
  const { messages, trigger } = parseWith(uiRequest, body);
  const asked = messages.map(({ role, parts }) => ({ role, content: textOfParts(parts) }));
  const question = asked.findLastIndex(({ role }) => role === "user");
  // an answer that is to be given anew is no part of what was said before the question
  return readConversation(trigger === "regenerate-message" ? asked.slice(0, question + 1) : asked);
};
