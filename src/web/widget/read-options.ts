import { chooseTexts } from "../texts/choose-texts.ts";
import type { Texts } from "../texts/en.ts";

/** What a site says about the widget in the attributes of its script. */
export interface WidgetOptions {
  /** Where the app is; ends in `/api/`. */
  readonly address: string;
  readonly key: string | undefined;
  readonly language: string;
  readonly texts: Texts;
  readonly subject: string | undefined;
  readonly starters: readonly string[] | undefined;
  readonly color: string | undefined;
  readonly font: string | undefined;
  /** `undefined` is what the page around it shows. */
  readonly theme: "light" | "dark" | undefined;
  readonly position: "left" | "right";
  readonly isOpen: boolean;
}

/** Reads the `data-…` attributes; what is not understood counts as not said. */
export const readOptions = (
  { dataset: data, src }: Pick<HTMLScriptElement, "dataset" | "src">,
  languages: readonly string[],
): WidgetOptions => {
  const { language, texts } = chooseTexts(data["lang"] ? [data["lang"], ...languages] : languages);
  const theme = data["theme"];
  return {
    address: new URL(data["address"] ?? ".", src).href.replace(/\/?$/, "/"),
    key: data["key"],
    language,
    texts: withOwn(texts, data),
    subject: data["subject"],
    starters: data["starters"]
      ?.split("|")
      .map((question) => question.trim())
      .filter(Boolean),
    color: data["color"],
    font: data["font"],
    theme: theme === "light" || theme === "dark" ? theme : undefined,
    position: data["position"] === "left" ? "left" : "right",
    isOpen: data["open"] === "true",
  };
};

/** `data-text-ask-about` stands in the place of the text `askAbout`. */
const withOwn = (texts: Texts, data: DOMStringMap): Texts =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      data[`text${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? text,
    ]),
  ) as Texts;
