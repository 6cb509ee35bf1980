import * as z from "zod";
import { parseWith } from "./parse-with.ts";
import { visitorText } from "./question-text.ts";
import { readConversation } from "./read-conversation.ts";
import type { Conversation } from "./read-conversation.ts";

const maxMessages = 100;

const message = z.strictObject({
  role: z.enum(["user", "assistant", "system"], { error: "must be user, assistant or system" }),
  content: visitorText,
  context: z.record(z.string(), z.unknown()).optional(),
});

/** The body of the AI Chat Protocol. */
export const chatRequest = z.strictObject({
  messages: z
    .array(message)
    .min(1, "must hold at least one message")
    .max(maxMessages, `must hold at most ${maxMessages} messages`),
  context: z.record(z.string(), z.unknown()).nullish(),
  sessionState: z.unknown().optional(),
  session_state: z.unknown().optional(),
});

export interface ChatRequest extends Conversation {
  /** The caller's session state under the name that the caller uses, or nothing. */
  readonly session: Readonly<Record<string, unknown>>;
}

/** Reads the body of the AI Chat Protocol. Fails with `bad_request`. */
export const parseChatRequest = (body: unknown): ChatRequest => {
  const { messages, sessionState, session_state } = parseWith(chatRequest, body);
  return {
    ...readConversation(messages),
    session: {
      ...(sessionState === undefined ? {} : { sessionState }),
      ...(session_state === undefined ? {} : { session_state }),
    },
  };
};
