import { languageOfText, languages } from "../shared/language-of-text.ts";
import type { Language } from "../shared/language-of-text.ts";

interface Asked {
  /** The header of the request, as it came. */
  readonly acceptLanguage: string | undefined;
  readonly question: string;
  /** The tag of the files' language. */
  readonly fallback: string | undefined;
}

/**
 * The language to speak in with a visitor: the first that the browser asks for and the server has, else that
 * of the question, else that of the files, else English.
 */
export const languageOf = ({ acceptLanguage, question, fallback }: Asked): Language =>
  wantedLanguages(acceptLanguage ?? "")[0] ??
  languageOfText(question) ??
  languageOfTag(fallback ?? "") ??
  "en";

const wantedLanguages = (header: string): readonly Language[] =>
  header
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.toLowerCase().startsWith("q="));
      return { language: languageOfTag(tag), quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
    .flatMap(({ language }) => language ?? []);

const languageOfTag = (tag: string): Language | undefined => {
  const [primary = ""] = tag.toLowerCase().split("-");
  // the tag of Hebrew until 1989, which old Java and Android clients send
  const code = primary === "iw" ? "he" : primary;
  return languages.find((language) => language === code);
};
