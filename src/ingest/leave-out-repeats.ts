import type { SplitPassage } from "./split-file.ts";

/**
 * How many equal vectors a namespace may hold. The engine links a passage to its nearest 16, and where more
 * than about 40 are equal those links lead nowhere else: of 64 equal passages and one other, the other was
 * never found, of 200 and 200 a quarter. With 16 all were found.
 */
const mostEqual = 16;

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
