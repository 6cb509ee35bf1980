import { isFunctionWord } from "../../shared/language-of-text.ts";
import { wordsOf } from "../../shared/terms.ts";

/**
 * Whether a question in German builds on what was said before it. `changed` says that the question before it was in
 * another language.
 */
export const pointsBackInGerman = (question: string, { changed }: { readonly changed: boolean }): boolean => {
  const whole = question.trim();
  const plain = whole.replace(opening, "");
  return (
    isFragment(plain, plain !== whole) ||
    hasPronoun(plain) ||
    (!hasName(plain) && (asksForMore(plain) || (!changed && isShort(plain))))
  );
};

const opening = /^(?:(?:und|aber|oder|dann|also|auch|ok|okay|ja|nein|na|gut)(?!\p{L})[\s,]*)+/iu;

const asking =
  /^(?:(?:seit|bis|von|ab|mit|für|in|an|auf|zu|bei|nach|aus|um) )?(?:wer|wen|wem|wessen|was|welche[nmrs]?|wo|wohin|woher|wann|warum|wieso|weshalb|wie|wieviele?|womit|wovon|wofür|wozu|worüber|worauf|woran|worin)(?!\p{L})/iu;

const verb =
  /(?<!\p{L})(?:ist|sind|war|waren|wird|werden|wurden?|ha(?:t|ben|tten?)|kann|können|konnten?|muss|müssen|darf|dürfen|soll|sollen|will|gibt|gab|geht|macht|kostet|heißt)(?!\p{L})/iu;

/** Behind "wie", "warum": no verb, though it ends as one does. */
const noVerb = new Set(["nicht", "weit", "oft", "gut", "alt", "selten", "laut", "breit"]);

/** "Und wo?", "Warum nicht?", "Was ist mit der Bibliothek?": what is asked of it stands in the question before. */
const isFragment = (question: string, opened: boolean): boolean => {
  if (/^(?:was ist|wie (?:steht|sieht|ist) es) mit(?!\p{L})/iu.test(question)) return true;
  const words = question.match(/[\p{L}\d]+/gu) ?? [];
  if (words.length > 4 || verb.test(question)) return false;
  const second = words[1] ?? "";
  if (asking.test(question) && /^\p{Ll}+(?:t|te|ten|en)$/u.test(second) && !noVerb.has(second)) return false;
  return opened || (asking.test(question) && !hasName(question) && !isOfAsked(question));
};

/** Small letters, since "Sie" and "Ihr" are who is asked. */
const pronouns = [
  /(?<!\p{L})(?:er|ihn|ihm|ihnen|sie|ihre[nmrs]?|seine[nmrs]?|sein(?= \p{Lu}))(?!\p{L})/u,
  // not "Habt ihr …?"
  /(?<!(?:habt|seid|könnt|wollt|macht|bietet|werdet|dürft|müsst|verkauft|kennt|sprecht) )(?<!\p{L})ihr(?!\p{L})/u,
  /(?<!\p{L})(?:dort|dorthin|dorther|da|damals)(?!\p{L})/iu,
  /(?<!\p{L})da(?:von|zu|mit|für|bei|nach|vor|gegen|durch|ran|rauf|raus|rin|rüber|rum|runter)(?!\p{L})/iu,
  // not "in diesem Jahr"
  /(?<!\p{L})(?:diese[nmrs]?|dies|jene[nmrs]?)(?!\p{L})(?! (?:Jahr|Monat|Woche|Wochenende|Tag|Abend|Sommer|Winter|Seite|Website)(?!\p{L}))/iu,
  // "Wann war das?", "War das ein Erfolg?", not "das alte Museum"
  /(?<!\p{L})das(?:(?= (?:eine?[nmrs]?|alle[ns]?|gerade|heute)(?!\p{L}))|[^\p{L}\d]*$)/iu,
  /(?<!\p{L})dann[^\p{L}\d]*$/iu,
];

/** But "Wie lernte Ada Lovelace ihren Mann kennen?" says itself whom it means. */
const hasPronoun = (question: string): boolean =>
  [...pronouns.map((pronoun) => firstLetterSmall(question).search(pronoun)), placeOfIt(question)].some(
    (place) => place >= 0 && !hasName(question.slice(0, place)),
  );

/** "Seine Frau?", but who is asked keeps the capital. */
const firstLetterSmall = (question: string): string =>
  /^(?:Sie|Ihnen|Ihre?[nmrs]?)(?!\p{L})/u.test(question)
    ? question
    : question.charAt(0).toLowerCase() + question.slice(1);

/** Not in "Gibt es …?", "Wie geht es …?", "Ist es möglich, …?", nor before "…, dass". */
const placeOfIt = (question: string): number => {
  const behind = question.split(/(?<!\p{L})(?:dass|wenn|ob)(?!\p{L})/iu).at(-1) ?? "";
  const place = behind.search(
    /(?<!(?:gibt|gab|geht|ging|handelt|regnet|schneit) )(?<!\p{L})es(?!\p{L})(?! (?:gibt|gab|möglich|erlaubt|wahr|nötig|wichtig|mit)(?!\p{L}))/iu,
  );
  return place < 0 ? place : question.length - behind.length + place;
};

/** "Erzählen Sie mehr", "Wer noch?" */
const asksForMore = (question: string): boolean =>
  /(?<!\p{L})(?:mehr|weitere[nmrs]?|andere[nmrs]?|beispiele?|einzelheiten|genauer|noch (?:etwas|jemand|eine[nmrs]?)|(?:wer|was|wo|wen) noch)(?!\p{L})/iu.test(
    question,
  );

/** "Wie groß sind die Hallen?" asks within a subject; "Was ist Flyologie?", "Gibt es …?" and "Wo wohnst du?" begin one. */
const isShort = (question: string): boolean =>
  asking.test(question) &&
  contentWords(question) <= 2 &&
  !beginsSubject(question) &&
  !/(?<!\p{L})gibt es(?!\p{L})/iu.test(question) &&
  !isOfAsked(question);

/** "Was ist Flyologie?": one word, and no other after it. */
const beginsSubject = (question: string): boolean => {
  const asked = /^(?:was|wer) (?:ist|sind|war|waren) [^\s?]+/iu.exec(question)?.[0];
  return asked !== undefined && !/[\p{L}\d]/u.test(question.slice(asked.length));
};

/** Asks for who answers or who asks. */
const isOfAsked = (question: string): boolean =>
  /(?<!\p{L})(?:du|dich|dir|deine?[nmrs]?|euch|euer|eure[nmrs]?|ich|mir|mich|meine?[nmrs]?|wir|uns|unsere?[nmrs]?)(?!\p{L})/iu.test(
    question,
  ) || /(?<!\p{L})(?:Sie|Ihnen|Ihre?[nmrs]?)(?!\p{L})/u.test(question);

const contentWords = (question: string): number =>
  [...wordsOf(question)].filter((word) => !isFunctionWord(word, "de")).length;

/**
 * All nouns have a capital in German: a name is two of them in a row, one with a number or behind a verb or
 * preposition, where a noun would have its article.
 */
const hasName = (text: string): boolean =>
  /\s["„“(]*\p{Lu}[\p{L}'’.-]*\s+\p{Lu}/u.test(text) ||
  /\s["„“(]*\d/.test(text) ||
  /(?<!\p{L})(?:ist|sind|war|waren|wurde|wird|hat|hatte|kann|lebte|lebt|wohnt|heißt|starb|schrieb|machte|es|von|aus|in|nach|über|bei|mit|für|zu) ["„“(]*(?!(?:Sie|Ihnen|Ihre?[nmrs]?)(?!\p{L}))\p{Lu}/u.test(
    text,
  );
