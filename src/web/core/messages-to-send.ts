import type { Message } from "./answer-event.ts";

// what the server takes
const mostMessages = 100;
const mostCharacters = 8_000;
const mostBytes = 256 * 1024;

/** What is left for everything around the messages. */
const spareBytes = 8 * 1024;

/** The conversation as the server takes it: the newest messages that fit, each cut to its bound. */
export const messagesToSend = (conversation: readonly Message[]): readonly Message[] => {
  const kept: Message[] = [];
  let bytes = mostBytes - spareBytes;
  for (const { role, content } of conversation.toReversed()) {
    const message = { role, content: cut(content) };
    bytes -= new TextEncoder().encode(JSON.stringify(message)).length;
    if (bytes < 0 || kept.length === mostMessages) break;
    kept.unshift(message);
  }
  return kept;
};

/** Never between the two halves of a character. */
const cut = (text: string): string => text.slice(0, mostCharacters).replace(/[\uD800-\uDBFF]$/, "");
