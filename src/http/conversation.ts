import * as z from "zod";
import { questionText } from "../chat/question-text.ts";
import type { ChatTurn } from "../ports/generator.ts";
import { AppError } from "../shared/app-error.ts";
import { parseWith } from "./body.ts";
import { boundedList, describedAs } from "./described-as.ts";

/** The text of a message in parts. Pictures, files and tools are nothing that files could be asked about. */
export const textOfParts = (parts: readonly unknown[]): string =>
  parts.flatMap((part) => (isText(part) ? [part.text] : [])).join("\n");

const isText = (part: unknown): part is { readonly text: string } =>
  typeof part === "object" &&
  part !== null &&
  "type" in part &&
  part.type === "text" &&
  "text" in part &&
  typeof part.text === "string";

export const maxMessages = 1_000;

export interface Conversation {
  readonly question: string;
  /** What was said before, oldest first. */
  readonly history: readonly ChatTurn[];
  /** Searched alone; all of them where none is named. */
  readonly namespaces?: readonly string[] | undefined;
}

/** Which namespaces are searched. */
export const namespaceNames = boundedList(z.string().max(40), {
  min: [1, "must name at least one namespace"],
  max: [20, "must name at most 20 namespaces"],
});

/** How a protocol words a message of the user or the assistant. */
interface MessageForm<Message> {
  readonly schema: z.ZodType<Message>;
  readonly textOf: (message: Message) => string;
}

/** The messages of a request, of which only the last question has to be as described. */
export const messageList = (schema: z.ZodType): z.ZodType<readonly unknown[]> =>
  z
    .array(describedAs(schema))
    .min(1, "must hold at least one message")
    // more are refused by `readConversation`, as a body that is too large
    .meta({ maxItems: maxMessages });

/**
 * The question, which is the user's last message, and the conversation before it. What follows the question is an
 * answer that broke off, or the result of a tool. Whatever else a message holds is no part of the conversation: a
 * client sends back what servers gave it, and no visitor changes what the bot is. Fails with `bad_request` where
 * nothing is asked, and with `body_too_large`.
 */
export const readConversation = <Message>(
  messages: readonly unknown[],
  { schema, textOf }: MessageForm<Message>,
): Conversation => {
  if (messages.length > maxMessages) {
    const why = `The conversation has more than ${maxMessages} messages; send the newest ones alone.`;
    throw new AppError("body_too_large", why, { param: "messages" });
  }
  const last = messages.findLastIndex((message) => roleOf(message) === "user");
  if (last < 0) {
    const param = `messages.${messages.length - 1}.role`;
    throw new AppError("bad_request", `${param}: must be user, here or before: nothing is asked`, { param });
  }
  const asked = textOf(parseWith(schema, messages[last], `messages.${last}`)).trim();
  return {
    question: parseWith(questionText, asked, `messages.${last}.content`),
    history: messages.slice(0, last).flatMap((message): readonly ChatTurn[] => {
      const role = roleOf(message);
      if (role !== "user" && role !== "assistant") return [];
      const { data } = schema.safeParse(message);
      const said = data === undefined ? "" : textOf(data);
      return said.trim() === "" ? [] : [{ role, content: said.toWellFormed() }];
    }),
  };
};

const roleOf = (message: unknown): unknown =>
  typeof message === "object" && message !== null && "role" in message ? message.role : undefined;
