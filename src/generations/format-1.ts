import type { Passage, Unit } from "../ports/passage.ts";

interface OldPassage extends Omit<Passage, "units"> {
  readonly namespace: string;
}

/** `basic_identity.facebook: https://…`: a path without spaces, or with those of a name in it. */
const factLine = /^([\p{L}\d_-]+(?:\.[^:\n]{1,80})?): .+$/u;

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/**
 * Gives the passages of a generation of format 1 their units, which that had to guess from the text; a group of facts,
 * which stands there once for each fact, counts as one record. The ids stay those of its vectors.
 */
export const withUnits = (
  passages: readonly OldPassage[],
): readonly (Passage & { readonly namespace: string })[] =>
  passages.map(({ namespace, id, text, source, line }) => {
    const units = unitsOf(text);
    const isGroup = units.length > 0 && units.every(({ kind }) => kind === "fact");
    return { namespace, id, text, source, line, units, ...(isGroup ? { record: `${source}\n${text}` } : {}) };
  });

const unitsOf = (text: string): readonly Unit[] => {
  const units: Unit[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const path = factLine.exec(line)?.[1];
    if (path !== undefined)
      units.push({ kind: "fact", start, end: start + line.length, path: path.split(".") });
    else {
      for (const { index, segment } of sentences.segment(line)) {
        const end = start + index + segment.trimEnd().length;
        if (/\p{L}/u.test(segment)) units.push({ kind: "sentence", start: start + index, end });
      }
    }
    start += line.length + 1;
  }
  return units;
};
