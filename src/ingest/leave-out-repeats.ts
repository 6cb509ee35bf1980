import { embedHashOf } from "./embed-passages.ts";
import type { SplitPassage } from "./split-file.ts";

/**
 * How many equal vectors a namespace may hold. The engine links a vector to its nearest ones, and where those are
 * nearly all equal, no link leads on to anything else. Of 343 files with four facts of few values, a passage that
 * stands alone was found after 1 of 12 ingests with 16 equal vectors, and after all 12 with 4; of one text repeated
 * in 64 files, never.
 */
const maxEqual = 4;

/**
 * Leaves out what says the same in the same words as a passage before it, such as the footer of every file: found, it
 * would take the place of something else. Of equal sentences in different passages, some are indexed.
 */
export const leaveOutRepeats = (passages: readonly SplitPassage[]): readonly SplitPassage[] => {
  const seen = new Set<string>();
  const equal = new Map<string, number>();
  return passages.flatMap((passage) => {
    const words = JSON.stringify([passage.text, passage.wordings.map(({ texts }) => texts)]);
    if (seen.has(words)) return [];
    const wordings = passage.wordings.filter((wording) => (equal.get(embedHashOf(wording)) ?? 0) < maxEqual);
    if (wordings.length === 0) return [];
    seen.add(words);
    for (const wording of wordings) {
      const hash = embedHashOf(wording);
      equal.set(hash, (equal.get(hash) ?? 0) + 1);
    }
    return [{ ...passage, wordings }];
  });
};
