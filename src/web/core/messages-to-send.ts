import type { Message } from "./answer-event.ts";

// The server takes 1,000 messages and 4 MB, but its model reads no more than the newest few: the rest would only be
// uploaded with every question.
const maxMessages = 100;
const maxBytes = 256 * 1024;

/** The longest question that the server takes, and as much of an answer as its model may read. */
const maxCharacters = 8_000;

/** What the server takes of the conversation and uses: the newest messages that fit, each cut to its bound. */
export const messagesToSend = (conversation: readonly Message[]): readonly Message[] => {
  const kept: Message[] = [];
  let bytes = maxBytes;
  for (const { role, content } of conversation.toReversed()) {
    const message = { role, content: cut(content) };
    bytes -= new TextEncoder().encode(JSON.stringify(message)).length;
    if (bytes < 0 || kept.length === maxMessages) break;
    kept.unshift(message);
  }
  return kept;
};

/** Never between the two halves of a character. */
const cut = (text: string): string => text.slice(0, maxCharacters).replace(/[\uD800-\uDBFF]$/, "");
