const stopWords = new Set(
  (
    "a about an and any are as at be been being but by can could did do does else for from get give had has have he her hers " +
    "him his how i if in into is it its know let like many me much my not of on or our please say she show so tell than that " +
    "the their them then there they this to too us was we were what when where which who whom whose why will with would you your"
  ).split(" "),
);

/** The words of a text in small letters, each once. */
export const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []);

/** The words that say what an English text is about, in a form that brings "tutors" and "tutor" together. */
export const termsOf = (text: string): ReadonlySet<string> =>
  new Set([...wordsOf(text)].filter((word) => !stopWords.has(word)).map(stem));

/** Enough to bring "tutors" and "tutor", "died" and "die", "taught" not included, together. */
const stem = (word: string): string =>
  /^.ie[ds]$/.test(word)
    ? word.slice(0, 3)
    : word.length > 4
      ? word.replace(/(?:ing|ies|ed|es|s|ly)$/, "").replace(/(.)\1$/, "$1")
      : word;
