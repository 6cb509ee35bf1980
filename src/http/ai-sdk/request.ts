import * as z from "zod";
import { parseWith } from "../body.ts";
import { messageList, namespaceNames, readConversation, textOfParts } from "../conversation.ts";
import type { Conversation } from "../conversation.ts";
import { describedAs } from "../described-as.ts";

const part = z.looseObject({ type: z.string(), text: z.string().optional() });

const message = z.looseObject({
  role: z.enum(["system", "user", "assistant"]),
  parts: z.array(describedAs(part)),
});

/** What the AI SDK's `useChat` sends: what is not named here is passed over. */
export const uiRequest = z.looseObject({
  messages: messageList(message),
  namespaces: namespaceNames.nullish(),
});

/**
 * Reads what `useChat` sends. An answer that is to be given again may stand behind its question. Fails with
 * `bad_request`, or `body_too_large`.
 */
export const parseUiRequest = (body: unknown): Conversation => {
  const { messages, namespaces } = parseWith(uiRequest, body);
  const form = { schema: message, textOf: (one: z.infer<typeof message>) => textOfParts(one.parts) };
  return { ...readConversation(messages, form), namespaces: namespaces ?? undefined };
};
