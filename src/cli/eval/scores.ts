import type { Hit } from "../../ports/passage.ts";

/** How well the right passages were ranked, each from 0 to 1. */
export interface Ranking {
  readonly recallAt1: number;
  readonly recallAt5: number;
  /** The mean of 1 / rank, 0 where nothing right was found. */
  readonly meanReciprocalRank: number;
}

/** The place of the first right hit, from 1; 0 when there is none. */
export const rankOf = (hits: readonly Hit[], right: (hit: Hit) => boolean): number =>
  hits.findIndex(right) + 1;

/** Sums up the ranks of many questions. */
export const rankingOf = (ranks: readonly number[]): Ranking => ({
  recallAt1: share(ranks, (rank) => rank === 1),
  recallAt5: share(ranks, (rank) => rank >= 1 && rank <= 5),
  meanReciprocalRank: ranks.reduce((sum, rank) => sum + (rank > 0 ? 1 / rank : 0), 0) / (ranks.length || 1),
});

/** The part of `all` for which something is true, 0 of none. */
export const share = <T>(all: readonly T[], holds: (one: T) => boolean): number =>
  all.length === 0 ? 0 : all.filter(holds).length / all.length;

/** What a threshold does to questions with an answer and to questions without one, each from 0 to 1. */
export interface Errors {
  readonly threshold: number;
  /** Refused with the answer there. */
  readonly refusedPresent: number;
  /** Refused without it, rightly. */
  readonly refusedAbsent: number;
}

type BestScores = readonly { readonly present: number; readonly absent: number }[];

/** What refusing below a threshold comes to, of each question's best scores. */
export const errorsAt = (threshold: number, best: BestScores): Errors => ({
  threshold,
  refusedPresent: share(best, ({ present }) => present < threshold),
  refusedAbsent: share(best, ({ absent }) => absent < threshold),
});

/** Similarity and word pieces give 1 each at most, words in common a tenth. */
const maxScore = 2.2;

/** The threshold that refuses the fewest wrongly and lets the fewest pass wrongly, both counted alike. */
export const errsLeast = (best: BestScores): Errors =>
  Array.from({ length: maxScore * 100 }, (_, hundredth) => errorsAt(hundredth / 100, best)).reduce(
    (least, next) =>
      next.refusedAbsent - next.refusedPresent > least.refusedAbsent - least.refusedPresent ? next : least,
  );

/** The value that a share of all others is below, 0 of none. */
export const quantile = (values: readonly number[], below: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * below)] ?? 0;

/** `0.987` as `98.7 %`. */
export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** Whether words stand in a text: a line break in the one may be a space in the other. */
export const holdsText = (text: string, wanted: string): boolean => plain(text).includes(plain(wanted));

const plain = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, " ").trim();
