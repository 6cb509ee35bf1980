import type { ChatTurn } from "../ports/generator.ts";
import type { TokenCounter } from "../ports/tokenizer.ts";

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
  for (const { role, content } of history.toReversed()) {
    const text = shortened(content, Math.floor(maxTokens / 2), tokens);
    left -= tokens.count(text);
    if (text === "" || left < 0) break;
    kept.unshift({ role, content: text });
  }
  const start = kept.findIndex(({ role }) => role === "user");
  return start < 0 ? [] : kept.slice(start);
};

const shortened = (text: string, maxTokens: number, tokens: TokenCounter): string => {
  let short = text;
  let cost = tokens.count(text);
  while (cost > maxTokens && short !== "") {
    // no half of a surrogate pair is left at the end
    short = text
      .slice(0, Math.floor(short.length * Math.min(0.9, maxTokens / cost)))
      .replace(/[\ud800-\udbff]$/, "");
    cost = tokens.count(`${short}…`);
  }
  return short === text || short === "" ? short : `${short}…`;
};
