import type { PiecedText, WordPieces } from "../ports/embedder.ts";
import type { Hit, Passage } from "../ports/passage.ts";
import { aloneInWords, lastHeadingOf } from "../shared/unit-text.ts";
import { comparePieces, dotProduct } from "./compare-pieces.ts";

/** A passage that may hold the answer: near by its vectors, or with the question's words in it. */
export interface Candidate {
  readonly namespace: string;
  readonly passage: Passage;
  /** Of its nearest vector. `undefined` where none of its vectors was among the nearest. */
  readonly similarity: number | undefined;
  /** No vector of it that was not found is nearer than this. */
  readonly maxSimilarity: number;
  /** The unit that is nearest, or else has most of the question's words. */
  readonly unit: number | undefined;
  /** The share of the question's words that it has. */
  readonly coverage: number;
}

interface RankTools {
  /** How much a word of the question counts, from 0 to 1. */
  readonly weightOf: (word: string) => number;
  readonly wordPieces: WordPieces | undefined;
  /** The embedder does not know the files' language: words in common tell more than its vectors. */
  readonly isByWords: boolean;
  /** How many candidates are compared piece by piece, which costs a run of the model for each that is not known. */
  readonly count: number;
  readonly signal: AbortSignal;
}

/** What words in common add: enough to tell near equals apart. More costs recall among short facts. */
const coverageWeight = 0.1;

/** Where the embedder does not know the language, words in common count in full, and all else as much as this. */
const vectorWeightByWords = 0.25;

/**
 * Orders candidates for a question, with its word pieces where the embedder gives them, by the sum of what is known of them: the similarity of their nearest vector, the question's word
 * pieces among theirs, and the words in common. An object of a file counts once, by its best passage.
 */
export const rank = async (
  question: PiecedText | undefined,
  candidates: readonly Candidate[],
  { weightOf, wordPieces, isByWords, count, signal }: RankTools,
): Promise<readonly Hit[]> => {
  const first = isByWords ? ({ coverage }: Candidate): number => coverage : firstScore;
  const best = onePerRecord(candidates.toSorted((a, b) => first(b) - first(a))).slice(0, count);
  const hits: Hit[] = [];
  for (const { namespace, passage, similarity, maxSimilarity, unit, coverage } of best) {
    const pieced = wordPieces && (await wordPieces.embed(textToCompare(passage, unit), signal));
    const known =
      similarity ??
      Math.min(
        maxSimilarity,
        question && pieced ? dotProduct(question.vector, pieced.vector) : maxSimilarity,
      );
    const pieces = question && pieced ? comparePieces(question, pieced, weightOf) : 0;
    const score = isByWords
      ? coverage + vectorWeightByWords * (known + pieces)
      : known + pieces + coverageWeight * coverage;
    hits.push({ ...passage, namespace, similarity: known, score });
  }
  return hits.toSorted((a, b) => b.score - a.score);
};

const firstScore = ({ similarity, maxSimilarity, coverage }: Candidate): number =>
  (similarity ?? maxSimilarity) + coverageWeight * coverage;

const onePerRecord = (sorted: readonly Candidate[]): readonly Candidate[] => {
  const seen = new Set<string>();
  return sorted.filter(({ namespace, passage: { record } }) => {
    if (record === undefined) return true;
    const key = `${namespace}/${record}`;
    return !seen.has(key) && seen.add(key);
  });
};

/** The unit that is nearest, or the whole of a passage. */
const textToCompare = (passage: Passage, place: number | undefined): string => {
  const unit = place === undefined ? undefined : passage.units[place];
  return unit ? aloneInWords(passage, unit, lastHeadingOf(passage)) : passage.text;
};
