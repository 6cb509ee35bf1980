import type { AnswerScores, Embedder, PiecedText, Vector } from "../ports/embedder.ts";
import type { Namespace } from "../ports/namespace.ts";
import type { PassagesById } from "../ports/passage.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { Neighbour, VectorStore } from "../ports/vector-store.ts";
import { AppError, toAppError } from "../shared/app-error.ts";
import { partsOfVectorId } from "../shared/vector-id.ts";
import { inSpan, withTelemetry } from "../telemetry/in-span.ts";
import { chooseHits } from "./choose-hits.ts";
import type { ChosenHits } from "./choose-hits.ts";
import { logSearches, logSearchError } from "./log-searches.ts";
import { neighboursPerNamespace } from "./search.ts";
import type { NamespaceResult, Search } from "./search.ts";
import type { WordIndex } from "./word-index.ts";

/** Search timeout of a namespace; one that hangs delays the rest by at most this. */
const namespaceTimeoutMs = 5_000;

/** Search timeout of all namespaces together, the second round included. */
const retrievalTimeoutMs = 15_000;

export interface Retrieval extends ChosenHits {
  readonly namespaces: readonly NamespaceResult[];
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
    await job.store
      .recover(job.signal)
      .catch((error: unknown) => logSearchError(job.telemetry, "recovery", error));
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
  const chosen = await chooseHits(job, searches, searched.pieced);
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
    const texts = inContext === undefined ? [question] : [question, inContext];
    const pieced: PiecedText[] = [];
    if (wordPieces) for (const text of texts) pieced.push(await wordPieces.embed(text, signal));
    const [vector, other] = wordPieces
      ? pieced.map((text) => text.vector)
      : await embedder.embed(texts, signal);
    if (!vector) throw new AppError("embedder_failed", "The embedder gave no vector.");
    return { vector: (other ? halfway(vector, other) : vector).map(shortened), pieced: pieced.at(-1) };
  });

/** A vector's numbers with all their digits take a fifth of a query's time, and change no similarity by 1e-6. */
const shortened = (value: number): number => Number(value.toPrecision(7));

/** Measured beside either of the two and beside both searched for: this loses least where the context misleads. */
const halfway = (a: Vector, b: Vector): Vector => {
  const sum = a.map((value, index) => value + (b[index] ?? 0));
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
};

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

/** A style that was found does not make an answer. */
const nothingAnswered = (results: readonly NamespaceResult[]): boolean => {
  const facts = results.filter(({ namespace }) => namespace.role === "facts");
  return (facts.length > 0 ? facts : results).every(({ error }) => error);
};
