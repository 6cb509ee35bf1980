import * as z from "zod";
import type { ChatTurn } from "../ports/generator.ts";
import { AppError } from "../shared/app-error.ts";
import { parseWith } from "./parse-with.ts";
import { visitorText } from "./question-text.ts";

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

export interface ChatRequest {
  readonly question: string;
  readonly history: readonly ChatTurn[];
  /** The caller's session state under the name that the caller uses, or nothing. */
  readonly session: Readonly<Record<string, unknown>>;
}

/** Reads the body of the AI Chat Protocol. Fails with `bad_request`. */
export const parseChatRequest = (body: unknown): ChatRequest => {
  const { messages, sessionState, session_state } = parseWith(chatRequest, body);
  const last = messages.at(-1);
  if (last?.role !== "user") {
    throw new AppError(
      "bad_request",
      `messages.${messages.length - 1}.role: the last message must be the user's`,
    );
  }
  if (last.content.trim() === "") {
    throw new AppError("bad_request", `messages.${messages.length - 1}.content: must not be empty`);
  }
  return {
    question: last.content.trim(),
    history: messages.slice(0, -1).filter(isTurn),
    session: {
      ...(sessionState === undefined ? {} : { sessionState }),
      ...(session_state === undefined ? {} : { session_state }),
    },
  };
};

/** A caller's system message is no part of the conversation: no visitor changes what the bot is. */
const isTurn = (turn: { readonly role: string; readonly content: string }): turn is ChatTurn =>
  turn.role !== "system" && turn.content.trim() !== "";
