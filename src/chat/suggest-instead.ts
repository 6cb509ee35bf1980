import type { Manifest } from "../ports/generation.ts";
import type { Hit } from "../ports/passage.ts";
import type { Question } from "./question.ts";
import { lastHeadingOf } from "../shared/unit-text.ts";

interface Known {
  /** Hits that were not good enough for an answer. */
  readonly near: readonly Hit[];
  readonly manifest: Pick<Manifest, "starters">;
}

const maxNear = 2;
const maxSuggested = 3;

/** What can be asked instead: headings that ask something near to the question, then what the owner offers first. */
export const suggestInstead = ({ text, history }: Question, { near, manifest }: Known): readonly string[] => {
  const headings = near.map(lastHeadingOf).filter((heading) => /[?？؟]$/.test(heading));
  const asked = new Set([text, ...history.map(({ content }) => content)]);
  const all = new Set([...headings.slice(0, maxNear), ...(manifest.starters ?? [])]);
  return [...all].filter((one) => !asked.has(one)).slice(0, maxSuggested);
};
