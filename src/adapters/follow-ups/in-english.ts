import { termsOf } from "../../shared/terms.ts";

/** Whether a question in English builds on what was said before it. */
export const pointsBackInEnglish = (question: string): boolean => {
  const plain = question.trim().replace(opening, "");
  return (
    isFragment(plain, plain !== question.trim()) ||
    hasPronoun(plain) ||
    (!hasName(plain) && (asksForMore(plain) || isShort(plain)))
  );
};

const opening = /^(?:(?:and|but|or|so|then|also|ok|okay|well|yes|no)\b[\s,]*)+/i;

const asking =
  /^(?:(?:in|for|at|by|to|with|from|of|on) )?(?:who|whom|whose|what|which|when|where|why|how)\b/i;

const verb = /\b(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b/i;

/** "And where?", "Why not?", "What about music?": what is asked of it stands in the question before. */
const isFragment = (question: string, opened: boolean): boolean => {
  if (/^(?:what|how) about\b/i.test(question)) return true;
  const words = question.match(/[\p{L}\d]+/gu) ?? [];
  if (verb.test(question) || words.length > 4) return false;
  return opened || (asking.test(question) && !hasName(question));
};

const pronouns = [
  /\b(?:he|him|his|she|hers?|they|them|theirs?|this|these|those)\b/i,
  // "Who said that?", not "the paper that …"
  /\b(?:is|was|are|were|do|does|did|has|had|can|could|will|would) that\b|\bthat\W*$/i,
  // not "Is there …?"
  /(?<!\b(?:is|was|are|were|be|been) )\bthere\b(?! (?:is|was|are|were|be|been)\b)/i,
  /\bthen\W*$/i,
];

/** But "How did Ada meet her husband?" says itself whom it means. */
const hasPronoun = (question: string): boolean =>
  [...pronouns.map((pronoun) => question.search(pronoun)), placeOfIt(question)].some(
    (place) => place >= 0 && !hasName(question.slice(0, place)),
  );

/**
 * Not in "What is it called when …?", "Is it true that …?": looked for behind the last such word. A
 * look ahead from each "it" would cost the square of the question's length.
 */
const placeOfIt = (question: string): number => {
  const behind = question.split(/\b(?:when|if|that)\b/i).at(-1) ?? "";
  const place = behind.search(/\bits?\b/i);
  return place < 0 ? place : question.length - behind.length + place;
};

/** "Tell me more", "Who else?" */
const asksForMore = (question: string): boolean =>
  /\b(?:more|else|another|same|examples?|details)\b/i.test(question);

/** "How fast were the winds?" asks within a subject; "What is Flyology?" and "Where do you live?" begin a new one. */
const isShort = (question: string): boolean =>
  asking.test(question) &&
  termsOf(question).size <= 2 &&
  !beginsSubject(question) &&
  !/\b(?:you|yours?|i|me|my|we|us|our)\b/i.test(question);

/** "What is Flyology?": one word, and no other after it. */
const beginsSubject = (question: string): boolean => {
  const asked = /^what (?:is|are|was|were) [^\s?]+/i.exec(question)?.[0];
  return asked !== undefined && !/\w/.test(question.slice(asked.length));
};

/** A capital letter or a number further in. */
const hasName = (text: string): boolean => /\s["'“‘(]*(?:(?!I\b)\p{Lu}|\d)/u.test(text);
