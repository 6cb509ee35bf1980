import type { AnswerScores, Embedder, PiecedText } from "../ports/embedder.ts";
import type { Hit, PassagesById } from "../ports/passage.ts";
import { wordsOf } from "../shared/terms.ts";
import { partsOfVectorId } from "../shared/vector-id.ts";
import type { DroppedHit } from "./dropped-hit.ts";
import { findCandidates } from "./find-candidates.ts";
import { rank } from "./rank.ts";
import { neighboursPerNamespace } from "./search.ts";
import type { Search } from "./search.ts";
import type { WordIndex } from "./word-index.ts";

/** How many candidates are ranked piece by piece: as many as the namespaces give, within these bounds. */
const minRanked = 8;
const maxRanked = 16;

/** How much a word counts that the visitor said earlier, not in the question itself. */
const carriedWeight = 0.5;

/** Hits with a smaller share of the best one's score say nothing beside it. */
const minShareOfBest = 0.6;

/** Whether what was found answers the question: for sure, maybe, or not at all. */
export type Confidence = "sure" | "maybe" | "nothing";

export interface ChosenHits {
  /** Facts that may answer the question, best first, no more of a namespace than its `topK`; none of a style. */
  readonly hits: readonly Hit[];
  /** What was ranked and is not among the hits. */
  readonly dropped: readonly DroppedHit[];
  /** What was best, where it is not good enough for an answer. */
  readonly near: readonly Hit[];
  readonly confidence: Confidence;
}

interface ChoiceJob {
  readonly question: string;
  /** The question together with what it may build on. */
  readonly inContext?: string | undefined;
  readonly passages: PassagesById;
  readonly words: WordIndex;
  readonly language: string;
  readonly scores: AnswerScores;
  readonly embedder: Embedder;
  readonly signal: AbortSignal;
}

/** Ranks what all namespaces have, and decides once whether that answers the question. */
export const chooseHits = async (
  job: ChoiceJob,
  searches: readonly Search[],
  pieced: PiecedText | undefined,
): Promise<ChosenHits> => {
  const { inContext, question, words, scores, embedder, language, signal } = job;
  const text = inContext ?? question;
  const facts = searches.filter(({ namespace, error }) => namespace.role === "facts" && !error);
  const candidates = facts.flatMap(({ namespace: { name }, neighbours }) =>
    findCandidates({
      namespace: name,
      passages: job.passages.get(name) ?? new Map(),
      neighbours,
      mayBeMore: neighbours.length >= neighboursPerNamespace,
      coverage: words.coverageIn(name, text),
      question: text,
      language,
    }),
  );
  const asked = facts.reduce((sum, { namespace: { topK } }) => sum + topK, 0);
  const count = Math.min(maxRanked, Math.max(minRanked, asked));
  const { wordPieces } = embedder;
  const own = wordsOf(question);
  // what was asked before says what it is about, not what is asked of it
  const carriedWeightOf = (word: string): number =>
    words.weightOf(word) * (own.has(word) ? 1 : carriedWeight);
  const weightOf = inContext === undefined ? words.weightOf : carriedWeightOf;
  const isByWords = embedder.englishOnly && language !== "en";
  const ranked = await rank(pieced, candidates, {
    weightOf,
    wordPieces,
    isByWords,
    count,
    signal,
  });
  const plans = new Map(facts.map(({ namespace }) => [namespace.name, namespace]));
  const isAllowed = ({ namespace, similarity }: Hit): boolean =>
    similarity >= (plans.get(namespace)?.threshold ?? 0);
  const allowed = ranked.filter(isAllowed);
  const best = allowed[0]?.score ?? 0;
  const confidence = best >= scores.sure ? "sure" : best >= scores.maybe ? "maybe" : "nothing";
  const used = new Map<string, number>();
  const whyDropped = (hit: Hit): DroppedHit["why"] | undefined => {
    if (!isAllowed(hit)) return "below_threshold";
    if (confidence === "nothing") return "refused";
    if (hit.score < best * minShareOfBest) return "below_best";
    const nth = (used.get(hit.namespace) ?? 0) + 1;
    used.set(hit.namespace, nth);
    return nth > (plans.get(hit.namespace)?.topK ?? 0) ? "over_top_k" : undefined;
  };
  const judged = ranked.map((hit) => ({ hit, why: whyDropped(hit) }));
  const dropped = judged.flatMap(({ hit: { namespace, source, score }, why }) =>
    why ? [{ namespace, source, score, why }] : [],
  );
  const hits = judged.flatMap(({ hit, why }) => (why ? [] : [hit]));
  const shaping = searches.filter(({ namespace: { role } }) => role === "style");
  return {
    hits,
    dropped: [...dropped, ...shaping.flatMap((search) => styleOf(search, job.passages))],
    near: confidence === "nothing" ? allowed : [],
    confidence,
  };
};

const styleOf = (
  { namespace: { name }, neighbours }: Search,
  passages: PassagesById,
): readonly DroppedHit[] =>
  neighbours.flatMap(({ id, similarity }) => {
    const passage = passages.get(name)?.get(partsOfVectorId(id).passage);
    return passage ? [{ namespace: name, source: passage.source, score: similarity, why: "style" }] : [];
  });
