import { isOpen } from "../core/conversation.ts";
import type { Turn } from "../core/conversation.ts";
import type { Texts } from "../texts/en.ts";
import { failureText } from "./failure-text.ts";
import { noticesOf } from "./notices-of.ts";

const longest = 1_500;

/**
 * What a screen reader says of the newest turn: that the search began, and then the whole answer
 * at once. Word by word it would stutter.
 */
export const announcementOf = (turn: Turn | undefined, texts: Texts): string => {
  if (!turn) return "";
  if (isOpen(turn)) return texts.searching;
  const said = turn.text
    .replaceAll(/\s?\[[\d, ]+\]|[*_`#>]+/g, "")
    .slice(0, longest)
    .trim();
  const failure = turn.failure ? failureText(turn.failure, texts) : "";
  return [said, ...noticesOf(turn, texts), failure].filter(Boolean).join(" ");
};
