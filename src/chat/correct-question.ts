import { abbreviated } from "./abbreviations.ts";

/** What tells a word from a slip of the keyboard. */
export interface Spelling {
  /** Whether the owner's files have this word, in small letters. */
  readonly isInFiles: (word: string) => boolean;
  /** The place of a word among the common ones of the language, 0 for the first. */
  readonly rankOf: ((word: string) => number | undefined) | undefined;
}

const minLength = 5;

/** The vocabulary's rarer words are names and pieces of words as often as what was meant. */
const maxRank = 20_000;

const wordPattern = /\p{L}+(?:['’]\p{L}+)?/gu;

/**
 * Writes out what visitors abbreviate, and puts right words that are one slip from a word of the files, or else of the
 * language: one swapped pair of letters costs a question 14 of 100 places at the top. What may be a name stays.
 */
export const correctQuestion = (question: string, spelling: Spelling): string =>
  question.replaceAll(wordPattern, (word, place: number) => {
    const before = question.slice(0, place);
    // half of "e-mail" is no word by itself
    if (/[\p{L}\p{N}_.@/-]$/u.test(before) || /^[-_@/]/.test(question.slice(place + word.length)))
      return word;
    // "R" is a language, "r" is "are"
    const written =
      word.length === 1 && word !== word.toLowerCase() ? undefined : abbreviated(word.replace("’", "'"));
    if (written !== undefined) return written;
    return isName(word, before) || /['’]/.test(word) ? word : (correctWord(word, spelling) ?? word);
  });

/** A capital letter further in. Whole questions in capitals, or with each word in them, tell nothing. */
const isName = (word: string, before: string): boolean =>
  /^\p{Lu}/u.test(word) && /\p{Ll}/u.test(before) && !/[.!?]\s*$/.test(before);

const correctWord = (written: string, { isInFiles, rankOf }: Spelling): string | undefined => {
  const word = written.toLowerCase();
  const isWord = (one: string): boolean => isInFiles(one) || rankOf?.(one) !== undefined;
  if (word.length < minLength || formsOf(word).some(isWord)) return undefined;
  const slips = slipsOf(word);
  const inFiles = slips.find((slip) => isInFiles(slip));
  if (inFiles !== undefined || !rankOf) return inFiles;
  const common = slips
    // at its ends another letter mostly makes another word: "rolex" is no "roles"
    .filter((slip) => slip[0] === word[0] && slip.at(-1) === word.at(-1))
    .map((slip) => ({ slip, rank: rankOf(slip) ?? maxRank }))
    .filter(({ rank }) => rank < maxRank)
    .toSorted((a, b) => a.rank - b.rank);
  return common[0]?.slip;
};

/** A word and those that it may be a form of: a vocabulary has "stain" and not "stains". */
const formsOf = (word: string): readonly string[] => {
  const [, stem = ""] = /^(.{3,}?)(?:e?s|e?d|ing|e?r|ly|able|ness|less|ful)$/.exec(word) ?? [];
  const [, rest = ""] = /^(?:re|un|in|dis|pre|non|over|out)(.{3,})$/.exec(word) ?? [];
  const stems = stem === "" ? [] : [stem, `${stem}e`, stem.replace(/(.)\1$/, "$1"), stem.replace(/i$/, "y")];
  return [word, `${word}s`, ...stems, ...(rest === "" ? [] : [rest])];
};

/** All words that are one swapped pair, one letter less, one other or one more away; swapped pairs first. */
const slipsOf = (word: string): readonly string[] => {
  const letters = new Set(`abcdefghijklmnopqrstuvwxyz${word}`);
  const places = Array.from({ length: word.length + 1 }, (_, place) => place);
  const cut = (place: number, width: number, between: string): string =>
    word.slice(0, place) + between + word.slice(place + width);
  return [
    ...places.slice(0, -2).map((place) => cut(place, 2, `${word[place + 1]}${word[place]}`)),
    ...places.slice(0, -1).map((place) => cut(place, 1, "")),
    ...places.slice(0, -1).flatMap((place) => [...letters].map((letter) => cut(place, 1, letter))),
    ...places.flatMap((place) => [...letters].map((letter) => cut(place, 0, letter))),
  ];
};
