import { de } from "./de.ts";
import { en } from "./en.ts";
import type { Texts } from "./en.ts";
import { es } from "./es.ts";

const all: Readonly<Record<string, Texts>> = { en, de, es };

/** The texts of the first language that there are some for, and that language; English otherwise. */
export const chooseTexts = (
  languages: readonly string[],
): { readonly language: string; readonly texts: Texts } => {
  for (const wanted of languages) {
    const language = wanted.toLowerCase().split("-")[0] ?? "";
    const texts = Object.hasOwn(all, language) ? all[language] : undefined;
    if (texts) return { language, texts };
  }
  return { language: "en", texts: en };
};

/** Puts a value into a text. */
export const fill = (text: string, n: string | number): string => text.replace("{n}", String(n));
