import type { ChatTurn } from "../ports/generator.ts";
import { AppError } from "../shared/app-error.ts";
import { maxCharacters } from "./question-text.ts";

interface Message {
  readonly role: string;
  readonly content: string;
}

export interface Conversation {
  readonly question: string;
  /** What was said before, oldest first. */
  readonly history: readonly ChatTurn[];
}

/**
 * The question, which is the user's last message, and the conversation before it. What is neither the
 * user's nor the assistant's is no part of it: no visitor changes what the bot is. Fails with `bad_request`.
 */
export const readConversation = (messages: readonly Message[]): Conversation => {
  const last = messages.findLastIndex(isTurn);
  const fail = (what: string, why: string): never => {
    const param = `messages.${Math.max(last, 0)}.${what}`;
    throw new AppError("bad_request", `${param}: ${why}`, { param });
  };
  if (messages[last]?.role !== "user") return fail("role", "the last message must be the user's");
  const question = messages[last].content.trim();
  if (question === "") return fail("content", "must not be empty");
  if (question.length > maxCharacters) {
    return fail("content", `must have at most ${maxCharacters} characters`);
  }
  return {
    question,
    history: messages
      .slice(0, last)
      .filter(isTurn)
      .filter(({ content }) => content.trim() !== "")
      // its tokens are counted later, at a cost that may grow faster than the text
      .map(({ role, content }) => ({ role, content: content.slice(0, maxCharacters).toWellFormed() })),
  };
};

const isTurn = (message: Message): message is ChatTurn =>
  message.role === "user" || message.role === "assistant";
