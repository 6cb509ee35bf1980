import type { QuestionRewriter } from "../ports/question-rewriter.ts";
import { isFunctionWord, languageOfText } from "../shared/language-of-text.ts";
import type { Language } from "../shared/language-of-text.ts";
import { termsOf, wordsOf } from "../shared/terms.ts";
import { pointsBackInEnglish } from "./follow-ups/in-english.ts";
import { pointsBackInGerman } from "./follow-ups/in-german.ts";
import { pointsBackInSpanish } from "./follow-ups/in-spanish.ts";

/**
 * Follows a conversation in English, German or Spanish without a model: what points back is put behind the
 * question that it follows, and behind the last one that stood for itself. What does not, stays as it is.
 */
export const ruleQuestionRewriter: QuestionRewriter = {
  rewrite: ({ question, history }) => {
    const asked = [...history.filter(({ role }) => role === "user").map(({ content }) => content), question];
    const questions = inTheirLanguages(asked);
    const last = questions.at(-1);
    const earlier = questions.slice(0, -1);
    if (earlier.length === 0 || !last || !pointsBack(last)) return Promise.resolve({ text: question });
    const text = [...subjectOf(earlier), question].join(" ");
    // "Why not?" says nothing by itself
    return Promise.resolve(saysSomething(last) ? { text, guessed: true } : { text });
  },
};

interface Question {
  readonly text: string;
  readonly language: Language;
  /** Not the language of the question before: who changes it begins with a subject of its own more often. */
  readonly changed: boolean;
}

/** "Warum?" tells its language, and "Facebook?" is in that of the question before. */
const inTheirLanguages = (texts: readonly string[]): readonly Question[] => {
  let before: Language | undefined;
  return texts.map((text) => {
    // enough to tell by
    const language = languageOfText(text.slice(0, maxCharacters)) ?? before ?? "en";
    const changed = before !== undefined && before !== language;
    before = language;
    return { text, language, changed };
  });
};

/** Who or what is talked about may have been named long before the last question. */
const subjectOf = (earlier: readonly Question[]): readonly string[] => {
  const named = earlier.findLast((question) => !pointsBack(question)) ?? earlier[0];
  const both = new Set([named, earlier.at(-1)].filter((question) => question !== undefined));
  return [...both].map(({ text }) => text.slice(0, maxCharacters));
};

/** Of an earlier question, so that the one that is asked does not drown. */
const maxCharacters = 300;

const pointsBack = ({ text, language, changed }: Question): boolean => {
  if (language === "de") return pointsBackInGerman(text, { changed });
  if (language === "es") return pointsBackInSpanish(text, { changed });
  return pointsBackInEnglish(text);
};

const saysSomething = ({ text, language }: Question): boolean =>
  language === "en"
    ? termsOf(text).size > 0
    : [...wordsOf(text)].some((word) => !isFunctionWord(word, language));
