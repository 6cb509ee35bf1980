import type { ChatTurn } from "../ports/generator.ts";
import type { TokenCounter } from "../ports/tokenizer.ts";

/**
 * Counting takes longer than the text grows: half a second for 8,000 Chinese characters without a blank. So a turn is
 * counted piece by piece, and no further than it fits; the parts cost at least as much as the whole.
 */
const pieceCharacters = 400;

/** Each turn costs a model about four tokens beside its text, which the budget does not count. */
const maxTurns = 100;

/**
 * As much of the conversation as fits, the newest turns first. No turn takes more than half of the
 * room, so that a long answer never pushes out the question that it answered; and what is left
 * begins with the visitor: an answer alone says nothing, and some models refuse it.
 */
export const fitHistory = (
  history: readonly ChatTurn[],
  { maxTokens, tokens }: { readonly maxTokens: number; readonly tokens: TokenCounter },
): readonly ChatTurn[] => {
  const kept: ChatTurn[] = [];
  let left = maxTokens;
  for (const { role, content } of history.slice(-maxTurns).toReversed()) {
    const { text, cost } = shortened(content, Math.floor(maxTokens / 2), tokens);
    left -= cost;
    if (text === "" || left < 0) break;
    kept.unshift({ role, content: text });
  }
  const start = kept.findIndex(({ role }) => role === "user");
  return start < 0 ? [] : kept.slice(start);
};

interface Counted {
  readonly text: string;
  readonly cost: number;
}

const ellipsis = "…";

/** The beginning of a text that costs at most `maxTokens`, marked as such where it is not all of it. */
const shortened = (text: string, maxTokens: number, tokens: TokenCounter): Counted => {
  const ellipsisCost = tokens.count(ellipsis);
  const room = maxTokens - ellipsisCost;
  let head = { end: 0, cost: 0 };
  let cost = 0;
  for (let start = 0; start < text.length; start += pieceCharacters) {
    const end = start + pieceCharacters;
    cost += tokens.count(text.slice(start, end));
    if (cost > maxTokens) {
      const tail = cut(text.slice(head.end, head.end + pieceCharacters), room - head.cost, tokens);
      // no half of a surrogate pair is left at the end
      const kept = `${text.slice(0, head.end)}${tail.text}`.replace(/[\ud800-\udbff]$/, "");
      if (kept === "") return { text: "", cost: 0 };
      return { text: `${kept}${ellipsis}`, cost: head.cost + tail.cost + ellipsisCost };
    }
    if (cost <= room) head = { end, cost };
  }
  return { text, cost };
};

const cut = (piece: string, maxTokens: number, tokens: TokenCounter): Counted => {
  let text = piece;
  let cost = tokens.count(text);
  while (cost > maxTokens && text !== "") {
    const length = Math.floor((text.length * Math.max(0, maxTokens)) / cost);
    text = text.slice(0, Math.min(length, text.length - 1));
    cost = text === "" ? 0 : tokens.count(text);
  }
  return { text, cost };
};
