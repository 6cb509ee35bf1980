import type { AnswerScores, Embedder, PiecedText, Vector } from "../ports/embedder.ts";
import { inSpan, withTelemetry } from "../telemetry/in-span.ts";
import type { Namespace } from "../ports/namespace.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { Hit, PassagesById } from "../ports/passage.ts";
import type { Neighbour, VectorStore } from "../ports/vector-store.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import { partsOfVectorId } from "../shared/vector-id.ts";
import type { DroppedHit } from "./dropped-hit.ts";
import { wordsOf } from "../shared/terms.ts";
import { findCandidates } from "./find-candidates.ts";
import { rank } from "./rank.ts";
import type { WordIndex } from "./word-index.ts";

/** Search timeout of a namespace; one that hangs delays the rest by at most this. */
const namespaceTimeoutMs = 5_000;

/** Search timeout of all namespaces together, the second round included. */
const retrievalTimeoutMs = 15_000;

/** Vectors asked for in each namespace: several may be of one passage. It costs the engine no more than 5 do. */
const neighboursPerNamespace = 20;

/** How many candidates are ranked piece by piece: as many as the namespaces give, within these bounds. */
const minRanked = 8;
const maxRanked = 16;

/** How much a word counts that the visitor said earlier, not in the question itself. */
const carriedWeight = 0.5;

/** Hits with a smaller share of the best one's score say nothing beside it. */
const minShareOfBest = 0.6;

/** Whether what was found answers the question: for sure, maybe, or not at all. */
export type Confidence = "sure" | "maybe" | "nothing";

export interface NamespaceResult {
  readonly namespace: Namespace;
  /** The texts of a style, for the model's instructions alone: they never leave the app otherwise. */
  readonly voice: readonly string[];
  readonly durationMs: number;
  readonly error?: AppError;
}

export interface Retrieval {
  readonly namespaces: readonly NamespaceResult[];
  /** Facts that may answer the question, best first, no more of a namespace than its `topK`; none of a style. */
  readonly hits: readonly Hit[];
  /** What was ranked and is not among the hits. */
  readonly dropped: readonly DroppedHit[];
  /** What was best, where it is not good enough for an answer. */
  readonly near: readonly Hit[];
  readonly confidence: Confidence;
  /** Some namespace could not be searched. */
  readonly degraded: boolean;
  readonly embedMs: number;
  /** Of the searches alone. */
  readonly durationMs: number;
}

interface RetrievalJob {
  readonly question: string;
  /** The question together with what it may build on: then what is searched for lies halfway between the two. */
  readonly inContext?: string | undefined;
  /** In the order in which they are searched. */
  readonly namespaces: readonly Namespace[];
  readonly store: VectorStore;
  readonly passages: PassagesById;
  readonly words: WordIndex;
  readonly language: string;
  readonly scores: AnswerScores;
  readonly embedder: Embedder;
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
}

/**
 * Embeds the question once, searches the namespaces one after another, and ranks what they have. One that fails costs
 * only itself. When all of those with facts fail, the store recovers and is asked once more; then it fails with
 * `retrieval_unavailable`.
 */
export const retrieve = async (request: RetrievalJob): Promise<Retrieval> => {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(retrievalTimeoutMs)]);
  const job = { ...request, signal };
  const embedStart = performance.now();
  const searched = await embedQuestion(job);
  const searchStart = performance.now();
  let searches = await searchAll(job, searched.vector);
  if (nothingAnswered(searches)) {
    await job.store.recover(job.signal).catch((error: unknown) => logError(job.telemetry, "recovery", error));
    searches = await searchAll(job, searched.vector);
  }
  const durationMs = performance.now() - searchStart;
  request.signal.throwIfAborted();
  if (nothingAnswered(searches)) {
    logSearches(job.telemetry, { namespaces: searches, durationMs }, new Map());
    throw new AppError("retrieval_unavailable", "No namespace could be searched.", {
      cause: searches.find(({ error }) => error)?.error,
    });
  }
  const chosen = await choose(job, searches, searched.pieced);
  return {
    namespaces: searches,
    ...chosen,
    degraded: searches.some(({ error }) => error),
    embedMs: searchStart - embedStart,
    durationMs,
  };
};

interface EmbeddedQuestion {
  readonly vector: Vector;
  readonly pieced: PiecedText | undefined;
}

const embedQuestion = ({
  embedder,
  question,
  inContext,
  signal,
  telemetry,
}: RetrievalJob): Promise<EmbeddedQuestion> =>
  inSpan(telemetry, "embed", { attributes: { stage: "embed" } }, async () => {
    const { wordPieces } = embedder;
    const pieced = wordPieces && (await wordPieces.embed(inContext ?? question, signal));
    const wanted = inContext === undefined ? [question] : [question, inContext];
    const vectors =
      pieced && inContext === undefined ? [pieced.vector] : await embedder.embed(wanted, signal);
    const [vector, other] = vectors;
    if (!vector) throw new AppError("embedder_failed", "The embedder gave no vector.");
    return { vector: (other ? halfway(vector, other) : vector).map(shortened), pieced };
  });

/** A vector's numbers with all their digits take a fifth of a query's time, and change no similarity by 1e-6. */
const shortened = (value: number): number => Number(value.toPrecision(7));

/** Measured beside either of the two and beside both searched for: this loses least where the context misleads. */
const halfway = (a: Vector, b: Vector): Vector => {
  const sum = a.map((value, index) => value + (b[index] ?? 0));
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
};

interface Search extends NamespaceResult {
  readonly neighbours: readonly Neighbour[];
}

/** Sequential on purpose: in v1, parallel searches shared one session and all failed with "Session is closed". */
const searchAll = async (job: RetrievalJob, vector: Vector): Promise<readonly Search[]> => {
  const searches: Search[] = [];
  for (const namespace of job.namespaces) searches.push(await searchOne(job, namespace, vector));
  return searches;
};

const searchOne = async (job: RetrievalJob, namespace: Namespace, vector: Vector): Promise<Search> => {
  const { name, role, topK } = namespace;
  const span = job.telemetry.startSpan(`search ${name}`, {
    attributes: { stage: "search", namespace: name },
  });
  const start = performance.now();
  try {
    const signal = AbortSignal.any([job.signal, AbortSignal.timeout(namespaceTimeoutMs)]);
    const limit = role === "style" ? topK : Math.max(neighboursPerNamespace, topK);
    const neighbours = await withTelemetry(span.telemetry, () =>
      job.store.nearest({ namespace: name, vector, limit, signal }),
    );
    const durationMs = performance.now() - start;
    span.end({ attributes: { count: neighbours.length } });
    const voice = role === "style" ? textsOf(neighbours, job.passages.get(name)) : [];
    return { namespace, neighbours, voice, durationMs };
  } catch (error) {
    span.end({ error });
    const durationMs = performance.now() - start;
    return { namespace, neighbours: [], voice: [], durationMs, error: toAppError(error, "namespace_failed") };
  }
};

const textsOf = (
  neighbours: readonly Neighbour[],
  passages: ReadonlyMap<string, { readonly text: string }> | undefined,
): readonly string[] => {
  const ids = new Set(neighbours.map(({ id }) => partsOfVectorId(id).passage));
  return [...ids].flatMap((id) => passages?.get(id)?.text ?? []);
};

/** Ranks what all namespaces have, and decides once whether that answers the question. */
const choose = async (
  job: RetrievalJob,
  searches: readonly Search[],
  pieced: PiecedText | undefined,
): Promise<Pick<Retrieval, "hits" | "dropped" | "near" | "confidence">> => {
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
  const weightOf = (word: string): number => words.weightOf(word) * (own.has(word) ? 1 : carriedWeight);
  const isByWords = embedder.englishOnly && language !== "en";
  const ranked = await rank({ text, pieced }, candidates, {
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

/** How many hits there are of each namespace. */
export const countByNamespace = (hits: readonly Hit[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { namespace } of hits) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  return counts;
};

/** Writes the lines of the log contract: of each namespace, how many of its passages are used; then of all. */
export const logSearches = (
  telemetry: Telemetry,
  { namespaces, durationMs }: Pick<Retrieval, "namespaces" | "durationMs">,
  used: ReadonlyMap<string, number>,
): void => {
  for (const { namespace, voice, durationMs: took, error } of namespaces) {
    const { name, role } = namespace;
    if (error) logError(telemetry, `${name} collection search`, error, { namespace: name, durationMs: took });
    else {
      const count = role === "style" ? voice.length : (used.get(name) ?? 0);
      telemetry.log({
        severity: "information",
        message: `[TIMING] ${name} collection: found ${count} docs`,
        attributes: { stage: "search", namespace: name, count, durationMs: took },
      });
    }
  }
  telemetry.log({
    severity: "information",
    message: `[TIMING] Sequential vector search completed in ${(durationMs / 1_000).toFixed(3)}s`,
    attributes: { stage: "search", durationMs },
  });
};

const logError = (
  telemetry: Telemetry,
  what: string,
  error: unknown,
  attributes: { readonly namespace?: string; readonly durationMs?: number } = {},
): void =>
  telemetry.log({
    severity: "error",
    message: `[ERROR] ${what} failed: ${messageOf(error)}`,
    attributes: { stage: "search", errorCode: toAppError(error, "namespace_failed").code, ...attributes },
    error,
  });

/** A style that was found does not make an answer. */
const nothingAnswered = (results: readonly NamespaceResult[]): boolean => {
  const facts = results.filter(({ namespace }) => namespace.role === "facts");
  return (facts.length > 0 ? facts : results).every(({ error }) => error);
};
