import type { Passage } from "../ports/passage.ts";
import type { Neighbour } from "../ports/vector-store.ts";
import { termsOf } from "../shared/terms.ts";
import { partsOfVectorId } from "../shared/vector-id.ts";
import type { Candidate } from "./rank.ts";

interface Found {
  readonly namespace: string;
  readonly passages: ReadonlyMap<string, Passage>;
  readonly neighbours: readonly Neighbour[];
  /** Whether there may be vectors that are not among the neighbours. */
  readonly mayBeMore: boolean;
  readonly coverage: ReadonlyMap<string, number>;
  readonly question: string;
  readonly language: string;
}

/** Rare names are found by their letters alone: a model that does not know a name gives it any vector. */
const maxByWords = 5;
const minCoverage = 0.3;

/** What of a namespace may hold the answer: what is near, and what has most of the question's words. */
export const findCandidates = (found: Found): readonly Candidate[] => {
  const { namespace, passages, neighbours, mayBeMore, coverage } = found;
  const nearest = new Map<string, { readonly similarity: number; readonly unit: number | undefined }>();
  for (const { id, similarity } of neighbours) {
    const { passage, unit } = partsOfVectorId(id);
    const known = nearest.get(passage);
    nearest.set(passage, { similarity: known?.similarity ?? similarity, unit: known?.unit ?? unit });
  }
  const byWords = [...coverage]
    .filter(([, share]) => share > minCoverage)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, maxByWords);
  const maxSimilarity = mayBeMore ? (neighbours.at(-1)?.similarity ?? 0) : 0;
  return [...new Set([...nearest.keys(), ...byWords.map(([id]) => id)])].flatMap(
    (id): readonly Candidate[] => {
      const passage = passages.get(id);
      if (!passage) return [];
      const { similarity, unit } = nearest.get(id) ?? { similarity: undefined, unit: undefined };
      return [
        {
          namespace,
          passage,
          similarity,
          maxSimilarity,
          unit: unit ?? unitByWords(passage, found),
          coverage: coverage.get(id) ?? 0,
        },
      ];
    },
  );
};

/** The unit that has most of the question's words, the first of equals. */
const unitByWords = ({ text, units }: Passage, { question, language }: Found): number | undefined => {
  const terms = termsOf(question, language);
  const counts = units.map(
    ({ start, end }) => termsOf(text.slice(start, end), language).intersection(terms).size,
  );
  return counts.length === 0 ? undefined : counts.indexOf(Math.max(...counts));
};
