import { detect } from "tinyld/light";
import type { Passage } from "../ports/vector-store.ts";

/** Shorter texts are names and numbers as often as language. */
const tellingLength = 80;

/** A share of foreign passages below this is quotations, titles and mistakes of the detector. */
const tolerated = 0.25;

/** Says so when a corpus is largely in languages that the local embedder hardly knows. */
export const warnOfLanguage = (passages: readonly Passage[]): string | undefined => {
  const telling = passages.filter(({ text }) => text.length >= tellingLength);
  const languages = telling.map(({ text }) => detect(text)).filter((language) => language && language !== "en");
  if (languages.length <= telling.length * tolerated) return undefined;
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  const found = [...new Set(languages)].slice(0, 3).map((language) => names.of(language) ?? language);
  return (
    `${languages.length} of ${telling.length} longer passages look like ${found.join(", ")}. The local embedding ` +
    "model was trained on English: in German or Spanish it finds the right passage first for about 55 of 100 " +
    "questions instead of 89, and cannot tell a question it has no answer for."
  );
};
