import { describe, expect, test } from "@jest/globals";
import { languageOf } from "../../src/chat/language-of.ts";
import { sentencesIn } from "../../src/chat/sentences.ts";
import type { Sentences } from "../../src/chat/sentences.ts";
import { languages } from "../../src/shared/language-of-text.ts";
import type { Language } from "../../src/shared/language-of-text.ts";

/** All that a language can say, and what must stand in it. */
const spoken = (language: Language): readonly (readonly [name: string, text: string, holds: string[]])[] => {
  const of = sentencesIn[language];
  const subject = "Ada Lovelace";
  const contact = "ada@example.org";
  return [
    ["closest", of.closest, []],
    ["nothing", of.nothing(undefined), []],
    ["nothing on a subject", of.nothing(subject), [subject]],
    ["degraded", of.degraded, []],
    ["filtered", of.filtered, []],
    ["greeting", of.greeting(undefined), []],
    ["greeting for a subject", of.greeting(subject), [subject]],
    ["thanks", of.thanks, []],
    ["goodbye", of.goodbye, []],
    ["whoAreYou", of.whoAreYou(undefined), []],
    ["whoAreYou of a subject", of.whoAreYou(subject), [subject]],
    ["youMayAsk", of.youMayAsk, []],
    ["contact", of.contact(contact), [contact]],
    ["cut to three", of.cut(3, 7), ["3", "7"]],
    ["cut to one", of.cut(1, 7), ["1", "7"]],
    ["otherLanguage", of.otherLanguage(), []],
    ["otherLanguage named", of.otherLanguage("ko"), [nameIn(language, "ko")]],
  ];
};

const nameIn = (language: Language, tag: string): string =>
  new Intl.DisplayNames([language], { type: "language" }).of(tag) ?? tag;

describe("what the server says", () => {
  test.each(languages)("stands in %s, whole", (language) => {
    for (const [name, text, holds] of spoken(language)) {
      for (const held of holds) expect(`${name}: ${text}`).toContain(held);
      expect(text).toBe(text.trim());
      expect(text).not.toMatch(/undefined| {2}|\$\{|\n/);
    }
  });

  test.each(languages.filter((language) => language !== "en"))("is in %s not English", (language) => {
    const english = new Map(spoken("en").map(([name, text]) => [name, text]));
    for (const [name, text] of spoken(language)) expect([name, text]).not.toEqual([name, english.get(name)]);
  });

  test.each(languages)("stands in the table of %s and nothing else does", (language) => {
    expect(Object.keys(sentencesIn[language]).toSorted()).toEqual(Object.keys(sentencesIn.en).toSorted());
    expect(Object.keys(sentencesIn).toSorted()).toEqual(languages.toSorted());
  });

  test.each(languages)("is in %s, as far as a text of it tells", (language) => {
    for (const name of ["degraded", "filtered"] satisfies (keyof Sentences)[])
      expect(
        languageOf({ acceptLanguage: undefined, question: sentencesIn[language][name], fallback: undefined }),
      ).toBe(language);
  });

  test("in English is what it was", () => {
    expect(sentencesIn.en.nothing("Ada")).toBe(
      "I have nothing on this in what I was given about Ada. Try to ask in other words, or about something else.",
    );
    expect(sentencesIn.en.nothing(undefined)).toBe(
      "I have nothing on this in what I was given. Try to ask in other words, or about something else.",
    );
    expect(sentencesIn.en.cut(3, 7)).toBe("7 items, of which 3 are shown");
  });

  test("names the language of the files in the visitor's, and no tag that is none", () => {
    expect(sentencesIn.de.otherLanguage("en")).toContain("(Englisch)");
    expect(sentencesIn.de.otherLanguage("no tag")).toBe(sentencesIn.de.otherLanguage());
    expect(sentencesIn.de.otherLanguage("qqx")).toBe(sentencesIn.de.otherLanguage());
  });
});

describe("the language to speak in", () => {
  test.each([
    ["de-CH,de;q=0.9,en;q=0.8", "de"],
    ["en;q=0.5, fr", "fr"],
    ["fi,da;q=0.9,pl;q=0.2", "pl"],
    ["iw-IL", "he"],
    ["ZH-Hant-TW", "zh"],
    ["de;q=0,es;q=0.1", "es"],
    ["de;q=oops,sv;q=0.3", "sv"],
    ["*", "it"],
    ["fi", "it"],
    ["", "it"],
    [undefined, "it"],
  ])("is by the header %s %s", (acceptLanguage, language) => {
    expect(languageOf({ acceptLanguage, question: "Chi ha dipinto il ritratto?", fallback: "pt" })).toBe(
      language,
    );
  });

  test("is else that of the files, else English", () => {
    const question = "Ada Lovelace";
    expect(languageOf({ acceptLanguage: undefined, question, fallback: "pt-BR" })).toBe("pt");
    expect(languageOf({ acceptLanguage: undefined, question, fallback: "fi" })).toBe("en");
    expect(languageOf({ acceptLanguage: undefined, question, fallback: undefined })).toBe("en");
  });
});
