import type { SplitPassage } from "./split-file.ts";

/**
 * How many equal vectors a namespace may hold. The engine links a passage to its nearest 16, and where those are
 * nearly all equal, no link leads on to anything else. Of 343 files with four facts of few values, a passage that
 * stands alone was found after 1 of 12 ingests with 16 equal vectors, and after all 12 with 4; of one text repeated
 * in 64 files, never.
 */
const mostEqual = 4;

/**
 * Leaves out what says the same in the same words as a passage before it, such as the footer of every file:
 * found, it would take the place of something else. What is embedded alike and says more is kept, up to a bound.
 */
export const leaveOutRepeats = (passages: readonly SplitPassage[]): readonly SplitPassage[] => {
  const seen = new Set<string>();
  const equal = new Map<string, number>();
  return passages.filter(({ text, embedText }) => {
    const count = equal.get(embedText) ?? 0;
    const words = JSON.stringify([embedText, text]);
    if (count === mostEqual || seen.has(words)) return false;
    seen.add(words);
    equal.set(embedText, count + 1);
    return true;
  });
};
