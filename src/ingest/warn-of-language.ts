import { detect } from "tinyld/light";
import type { Passage } from "../ports/passage.ts";

/** Shorter texts are names and numbers as often as language. */
const tellingLength = 60;

/** A smaller share of foreign text is quotations, titles and mistakes of the detector. */
const tolerated = 0.25;

/** The language of most of the text, `en` where it cannot be known. */
export const mainLanguage = (passages: readonly Pick<Passage, "text">[]): string => {
  const lengths = lengthsByLanguage(passages);
  return [...lengths].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? "en";
};

/** Says so when a corpus is largely in languages that the local embedder hardly knows. */
export const warnOfLanguage = (passages: readonly Pick<Passage, "text">[]): string | undefined => {
  const lengths = lengthsByLanguage(passages);
  const all = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  const foreign = new Map([...lengths].filter(([language]) => language !== "en" && language !== ""));
  const share = [...foreign.values()].reduce((sum, length) => sum + length, 0) / all;
  if (!(share > tolerated)) return undefined;
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  const found = [...foreign]
    .toSorted(([, a], [, b]) => b - a)
    .map(([language]) => names.of(language) ?? language);
  return (
    `about ${Math.round(share * 100)} % of the text is not English (it looks like ${found.slice(0, 3).join(", ")}). ` +
    "The local embedding model was trained on English, so these files are found by the words that a question has in " +
    "common with them. Questions in other words find nothing: a multilingual model finds those too (EMBEDDINGS)."
  );
};

/** How many characters of prose there are in each language; "" where that cannot be known. */
const lengthsByLanguage = (passages: readonly Pick<Passage, "text">[]): ReadonlyMap<string, number> => {
  const lengths = new Map<string, number>();
  for (const { text } of passages) {
    const prose = proseOf(text);
    if (prose.length < tellingLength) continue;
    const language = detect(prose);
    lengths.set(language, (lengths.get(language) ?? 0) + prose.length);
  }
  return lengths;
};

/** Without the dotted paths, addresses and numbers, which are in no language. */
const proseOf = (text: string): string =>
  text
    .replaceAll(/^[\w.-]+: /gm, "")
    .replaceAll(/\S+/g, (word) => (/[@/\d]/.test(word) ? "" : word))
    .replaceAll(/\s+/g, " ")
    .trim();
