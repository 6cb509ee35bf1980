import type { Passage, Unit } from "../ports/passage.ts";
import { aloneInWords, keyInWords, textOf, valueOf } from "../shared/unit-text.ts";
import { aliasOf } from "./key-aliases.ts";

/** What one vector of a passage is made from. */
export interface Wording {
  /** The unit that it stands for; all of the passage where there is none. */
  readonly unit?: number;
  /** Each is embedded by itself; the vector lies in the middle of theirs. */
  readonly texts: readonly string[];
}

/**
 * What is embedded for a passage. A group of facts is found by each of its facts, in several wordings: a question for
 * one of eight is nearer to that one than to all of them (cosine 0.52 against 0.26 for an e-mail address), and an
 * address drowns the words of its key. Prose is found as a whole, and by each sentence under its last heading.
 */
export const wordingsOf = (passage: Omit<Passage, "id">, heading: string): readonly Wording[] => {
  const { text, units } = passage;
  if (units.every(({ kind }) => kind === "fact"))
    return units.map((fact, place) => ({ unit: place, texts: wordingsOfFact(passage, fact) }));
  const whole = { texts: [heading ? `${heading}\n${text}` : text] };
  if (units.length < 2) return [whole];
  const last = heading.split(" > ").at(-1) ?? "";
  return [
    whole,
    ...units.map((unit, place) => ({ unit: place, texts: [aloneInWords(passage, unit, last)] })),
  ];
};

const wordingsOfFact = (passage: Omit<Passage, "id">, fact: Unit): readonly string[] => {
  const { path = [] } = fact;
  if (path.length === 0) return [textOf(passage, fact)];
  const value = valueOf(passage, fact);
  const keys = path.map(keyInWords);
  const full = keys.join(" ");
  const own = keys.length > 1 ? keys.slice(1).join(" ") : full;
  const alias = aliasOf(path.at(-1) ?? "");
  const aliased = alias === undefined ? [full] : [`${alias}: ${value}`, `${full}, ${alias}`];
  return [...new Set([`${own}: ${value}`, `${full}: ${value}`, ...aliased])];
};
