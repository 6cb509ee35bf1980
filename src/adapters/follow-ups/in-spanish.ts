import { isFunctionWord } from "../../shared/language-of-text.ts";
import { wordsOf } from "../../shared/terms.ts";

/**
 * Whether a question in Spanish builds on what was said before it. `changed` says that the question before it was in
 * another language.
 */
export const pointsBackInSpanish = (
  question: string,
  { changed }: { readonly changed: boolean },
): boolean => {
  const whole = question.trim().replace(/^[¿¡\s]+/, "");
  const plain = whole.replace(opening, "");
  return (
    isFragment(plain, plain !== whole) ||
    hasPronoun(plain) ||
    (!hasName(plain) && (asksForMore(plain) || (!changed && isShort(plain))))
  );
};

const opening = /^(?:(?:y|e|pero|o|u|entonces|pues|también|tambien|ok|vale|bueno|sí|no)(?!\p{L})[\s,¿¡]*)+/iu;

const asking =
  /^(?:(?:a|de|en|con|para|por|desde|hasta|sobre) )?(?:qui[eé]n(?:es)?|qu[eé]|cu[aá]l(?:es)?|a?d[oó]nde|cu[aá]ndo|c[oó]mo|cu[aá]nt[oa]s?)(?!\p{L})/iu;

const verb =
  /(?<!\p{L})(?:es|son|era|eran|fue|fueron|est[aá]n?|ha|han|hay|tienen?|pueden?|hacen?|hizo|vive|abren?|cuestan?)(?!\p{L})/iu;

/** "¿Y dónde?", "¿Por qué no?", "¿Qué hay de la biblioteca?": what is asked of it stands in the question before. */
const isFragment = (question: string, opened: boolean): boolean => {
  if (/^qu[eé] (?:tal|hay de|hay del|pasa con)(?!\p{L})/iu.test(question)) return true;
  const words = question.match(/[\p{L}\d]+/gu) ?? [];
  if (words.length > 4 || verb.test(question)) return false;
  return opened || (asking.test(question) && words.length <= 3 && !hasName(question) && !isOfAsked(question));
};

const pronouns = [
  /(?<!\p{L})(?:él|ellas?|ellos?|sus?|suy[oa]s?|les?)(?!\p{L})/iu,
  // "¿Quién lo fundó?", not "lo mejor", "por lo general"
  /(?<!\p{L})(?<!(?:por|a) )lo(?!\p{L})(?! (?:que|mejor|peor|más|mas|menos|mismo|siguiente|cual|único|primero|último)(?!\p{L}))/iu,
  // "¿Quién la fundó?", not the article
  /(?<!\p{L})l(?:a|as|os) (?:\p{Ll}+(?:ó|aron|ieron)|ha|han|había|hizo|hicieron|puedo|puede|podemos|dirige|dirigen)(?!\p{L})/iu,
  // "visitarlo", not "perla"
  /(?<!\p{L})(?:\p{Ll}{3,}[aei]r|v?er|dar)l[aoe]s?(?!\p{L})/u,
  // not "este año", nor "esta" for "está"
  /(?<!\p{L})(?<!(?:d[oó]nde|c[oó]mo|qu[eé]|qui[eé]n|cu[aá]ndo) )(?:es[eo]s?|esas?|est[eo]s?|estas?|aquel(?:lo|la|los|las)?)(?!\p{L})(?! (?:año|mes|semana|fin|día|noche|tarde|verano|invierno|sitio|página|web|el|la|los|las|un|una|en)(?!\p{L}))/iu,
  /(?<!\p{L})(?:all[ií]|ah[ií]|allá|entonces[^\p{L}\d]*$)(?!\p{L})/iu,
];

/** But "¿Cómo conoció Ada Lovelace a su marido?" says itself whom it means. */
const hasPronoun = (question: string): boolean =>
  pronouns
    .map((pronoun) => question.search(pronoun))
    .some((place) => place >= 0 && !hasName(question.slice(0, place)));

/** "Cuénteme más", "¿Quién más?", not "el libro más antiguo" */
const asksForMore = (question: string): boolean =>
  /(?<!\p{L})(?:m[aá]s[^\p{L}\d]*$|(?:algo|nada|qu[eé]|qui[eé]n|saber) m[aá]s|otr[oa]s?|ejemplos?|detalles)(?!\p{L})/iu.test(
    question,
  );

/**
 * "¿Cuándo nació?" names no subject: Spanish leaves out "he" and "she". "¿Qué es la flyología?",
 * "¿Hay …?" and "¿Dónde vives?" begin a subject.
 */
const isShort = (question: string): boolean =>
  asking.test(question) &&
  contentWords(question) <= 2 &&
  !beginsSubject(question) &&
  !/(?<!\p{L})hay(?!\p{L})/iu.test(question) &&
  !isOfAsked(question);

/** One word, with its article or without, and no other after it. */
const beginsSubject = (question: string): boolean => {
  const asked =
    /^(?:qu[eé]|qui[eé]n(?:es)?) (?:es|son|era|eran|fue|fueron) (?:(?:el|la|los|las|un|una) )?[^\s?]+/iu.exec(
      question,
    )?.[0];
  return asked !== undefined && !/[\p{L}\d]/u.test(question.slice(asked.length));
};

/** Asks for who answers or who asks: "¿Dónde vives?", "¿Cómo te llamas?", "¿Cuándo naciste?" */
const isOfAsked = (question: string): boolean =>
  /(?<!\p{L})(?:tú|tus?|te|ti|ustedes|usted|vosotr[oa]s|vuestr[oa]s?|yo|me|mis?|mí|nos|nosotr[oa]s|nuestr[oa]s?|eres|tienes|haces|hiciste|puedes|sabes|quieres|hablas|estás|has)(?!\p{L})/iu.test(
    question,
  ) ||
  /(?<!\p{L})(?:d[oó]nde|cu[aá]ndo|c[oó]mo|por qu[eé]) \p{Ll}+(?:[aeáé]s|[ai]ste|[ae]mos)(?!\p{L})/iu.test(
    question,
  );

const contentWords = (question: string): number =>
  [...wordsOf(question)].filter((word) => !isFunctionWord(word, "es")).length;

/** A capital letter or a number further in. */
const hasName = (text: string): boolean => /\s["'“‘«(¿]*(?:\p{Lu}|\d)/u.test(text);
