import type { PassagesById } from "../ports/passage.ts";
import { isStopWord, termOf, termsOf, wordsIn } from "../shared/terms.ts";

/** What the words of a question weigh among the passages of a generation. */
export interface WordIndex {
  /** Whether the files have a word, given in small letters. */
  readonly isInFiles: (word: string) => boolean;
  /** How much a word tells, from 0 to 1: one that few passages have tells most. */
  readonly weightOf: (word: string) => number;
  /** The share of a question's weight that the passages of a namespace have in their words, by id; 0 to 1. */
  readonly coverageIn: (namespace: string, question: string) => ReadonlyMap<string, number>;
  /** The share of a question's weight that a text has in its words, 0 to 1. */
  readonly shareOf: (question: string, text: string) => number;
  /** The length of the passage in the middle, in characters. */
  readonly medianChars: number;
}

interface Files {
  readonly passages: PassagesById;
  readonly subject: string;
  readonly language: string;
}

/** What a beginning in common counts beside a whole word: "studied" and "study", "Öffnung" and "Öffnungszeiten". */
const partialWeight = 0.75;
const minSharedLetters = 4;

const stopWordWeight = 0.1;
/** Who is asked about is named in most questions, and tells nothing of what is asked. */
const subjectWeight = 0.3;

interface NamespaceWords {
  readonly ids: readonly string[];
  /** Of each term, the positions in `ids` of the passages that have it. */
  readonly places: ReadonlyMap<string, readonly number[]>;
}

/** Indexes the words of a generation, in memory. */
export const createWordIndex = ({ passages, subject, language }: Files): WordIndex => {
  const words = new Set<string>();
  const frequency = new Map<string, number>();
  const lengths: number[] = [];
  const namespaces = new Map<string, NamespaceWords>();
  for (const [namespace, byId] of passages) {
    const places = new Map<string, number[]>();
    const ids = [...byId.keys()];
    for (const [place, passage] of [...byId.values()].entries()) {
      lengths.push(passage.text.length);
      const terms = new Set<string>();
      for (const word of wordsIn(`${headingsOf(passage)}\n${passage.text}`)) {
        words.add(word);
        if (!isStopWord(word, language)) terms.add(termOf(word, language));
      }
      for (const term of terms) {
        const known = places.get(term);
        if (known) known.push(place);
        else places.set(term, [place]);
        frequency.set(term, (frequency.get(term) ?? 0) + 1);
      }
    }
    namespaces.set(namespace, { ids, places });
  }
  const vocabulary = [...frequency.keys()].toSorted();
  const subjectTerms = termsOf(subject, language);
  const total = lengths.length;
  const rarityOf = (term: string): number => Math.log((total + 1) / ((frequency.get(term) ?? 0) + 0.5));
  const highest = Math.log(total + 1);

  const coverageIn: WordIndex["coverageIn"] = (namespace, question) => {
    const { ids, places } = namespaces.get(namespace) ?? {
      ids: [],
      places: new Map<string, readonly number[]>(),
    };
    const terms = [...termsOf(question, language)].filter((term) => !subjectTerms.has(term));
    const all = terms.reduce((sum, term) => sum + rarityOf(term), 0);
    const covered = new Map<string, number>();
    if (all <= 0) return covered;
    for (const term of terms) {
      const weight = rarityOf(term) / all;
      const exact = new Set(places.get(term));
      const partial = new Set(
        similarTerms(term, vocabulary, frequency).flatMap((other) => places.get(other) ?? []),
      );
      for (const place of exact.union(partial)) {
        const id = ids[place] ?? "";
        covered.set(id, (covered.get(id) ?? 0) + weight * (exact.has(place) ? 1 : partialWeight));
      }
    }
    return covered;
  };

  return {
    isInFiles: (word) => words.has(word),
    weightOf: (word) => {
      if (!/[\p{L}\p{N}]/u.test(word)) return 0;
      if (isStopWord(word, language)) return stopWordWeight;
      const term = termOf(word, language);
      if (subjectTerms.has(term)) return subjectWeight;
      return Math.max(stopWordWeight, Math.min(1, rarityOf(term) / highest));
    },
    coverageIn,
    shareOf: (question, text) => {
      const terms = [...termsOf(question, language)];
      const own = termsOf(text, language);
      const weigh = (some: readonly string[]): number => some.reduce((sum, term) => sum + rarityOf(term), 0);
      const all = weigh(terms);
      return all <= 0 ? 0 : weigh(terms.filter((term) => own.has(term))) / all;
    },
    medianChars: lengths.toSorted((a, b) => a - b)[Math.floor(total / 2)] ?? 0,
  };
};

const headingsOf = ({ source }: { readonly source: string }): string => {
  const place = source.indexOf("#");
  return place < 0 ? "" : source.slice(place + 1);
};

/** Other terms of which the one is the beginning of the other. */
const similarTerms = (
  term: string,
  vocabulary: readonly string[],
  known: ReadonlyMap<string, number>,
): readonly string[] => {
  if (term.length < minSharedLetters) return [];
  const shorter = Array.from({ length: term.length - minSharedLetters }, (_, cut) =>
    term.slice(0, term.length - cut - 1),
  );
  const longer: string[] = [];
  for (let place = firstAtLeast(vocabulary, term); place < vocabulary.length; place += 1) {
    const other = vocabulary[place] ?? "";
    if (!other.startsWith(term)) break;
    if (other !== term) longer.push(other);
  }
  return [...longer, ...shorter.filter((other) => known.has(other))];
};

/** The first place of a sorted list that holds no smaller word. */
const firstAtLeast = (sorted: readonly string[], word: string): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < word) low = middle + 1;
    else high = middle;
  }
  return low;
};
