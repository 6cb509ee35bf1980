import * as z from "zod";
import { parseWith } from "../body.ts";
import { messageList, namespaceNames, readConversation } from "../conversation.ts";
import type { Conversation } from "../conversation.ts";

const message = z.looseObject({
  role: z.enum(["user", "assistant", "system", "tool"]),
  content: z.string(),
});

/** The body of the AI Chat Protocol: what is not named here is passed over. */
export const chatRequest = z.looseObject({
  messages: messageList(message),
  namespaces: namespaceNames.nullish(),
  context: z.record(z.string(), z.unknown()).nullish(),
  sessionState: z.unknown().optional(),
  session_state: z.unknown().optional(),
});

export interface ChatRequest extends Conversation {
  /** The caller's session state under the name that the caller uses, or nothing. */
  readonly session: Readonly<Record<string, unknown>>;
}

/** Reads the body of the AI Chat Protocol. Fails with `bad_request`, or `body_too_large`. */
export const parseChatRequest = (body: unknown): ChatRequest => {
  const { messages, namespaces, sessionState, session_state } = parseWith(chatRequest, body);
  return {
    ...readConversation(messages, { schema: message, textOf: ({ content }) => content }),
    namespaces: namespaces ?? undefined,
    session: {
      ...(sessionState === undefined ? {} : { sessionState }),
      ...(session_state === undefined ? {} : { session_state }),
    },
  };
};
