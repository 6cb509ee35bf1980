import type { Embedder, Vector } from "../ports/embedder.ts";
import { inSpan, withTelemetry } from "../telemetry/in-span.ts";
import type { Namespace } from "../ports/namespace.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { Hit } from "../ports/passage.ts";
import type { VectorStore } from "../ports/vector-store.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import type { DroppedHit } from "./dropped-hit.ts";

/** A namespace that hangs costs the others no more than this. */
const namespaceTimeoutMs = 5_000;

/** All of them together, the second round included. */
const retrievalTimeoutMs = 15_000;

export interface NamespaceResult {
  readonly namespace: Namespace;
  /** How many passages were found. */
  readonly found: number;
  /**
   * Facts that passed the threshold, best first, no passage twice; empty when the search failed. Always
   * empty for a style: callers may show hits to anybody, and a style's text never leaves the app.
   */
  readonly hits: readonly Hit[];
  /** The texts of a style, for the model's instructions alone. */
  readonly voice: readonly string[];
  /** What else was found, and all of a style. */
  readonly dropped: readonly DroppedHit[];
  readonly durationMs: number;
  readonly error?: AppError;
}

export interface Retrieval {
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
  readonly embedder: Embedder;
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
}

/**
 * Embeds the question once and searches the namespaces one after another. One that fails costs only
 * itself. When all of those with facts fail, the store recovers and is asked once more; then it fails
 * with `retrieval_unavailable`.
 */
export const retrieve = async (request: RetrievalJob): Promise<Retrieval> => {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(retrievalTimeoutMs)]);
  const job = { ...request, signal };
  const embedStart = performance.now();
  const vector = await embedOnce(job);
  const searchStart = performance.now();
  let namespaces = await searchAll(job, vector);
  if (nothingAnswered(namespaces)) {
    await job.store.recover(job.signal).catch((error: unknown) => logError(job.telemetry, "recovery", error));
    namespaces = await searchAll(job, vector);
  }
  const durationMs = performance.now() - searchStart;
  job.telemetry.log({
    severity: "information",
    message: `[TIMING] Sequential vector search completed in ${(durationMs / 1_000).toFixed(3)}s`,
    attributes: { stage: "search", durationMs },
  });
  request.signal.throwIfAborted();
  if (nothingAnswered(namespaces)) {
    throw new AppError("retrieval_unavailable", "No namespace could be searched.", {
      cause: namespaces.find(({ error }) => error)?.error,
    });
  }
  return {
    namespaces,
    degraded: namespaces.some(({ error }) => error),
    embedMs: searchStart - embedStart,
    durationMs,
  };
};

const embedOnce = async ({
  embedder,
  question,
  inContext,
  signal,
  telemetry,
}: RetrievalJob): Promise<Vector> => {
  const texts = inContext === undefined ? [question] : [question, inContext];
  const [vector, other] = await inSpan(telemetry, "embed", { attributes: { stage: "embed" } }, () =>
    embedder.embed(texts, signal),
  );
  if (!vector) throw new AppError("embedder_failed", "The embedder gave no vector.");
  return other ? halfway(vector, other) : vector;
};

/** Measured beside either of the two and beside both searched for: this loses least where the context misleads. */
const halfway = (a: Vector, b: Vector): Vector => {
  const sum = a.map((value, index) => value + (b[index] ?? 0));
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
};

/** One after another, for isolation: side by side they fought over one session and all failed. */
const searchAll = async (job: RetrievalJob, vector: Vector): Promise<readonly NamespaceResult[]> => {
  const results: NamespaceResult[] = [];
  for (const namespace of job.namespaces) results.push(await searchOne(job, namespace, vector));
  return results;
};

const searchOne = async (
  job: RetrievalJob,
  namespace: Namespace,
  vector: Vector,
): Promise<NamespaceResult> => {
  const { name, role } = namespace;
  const span = job.telemetry.startSpan(`search ${name}`, {
    attributes: { stage: "search", namespace: name },
  });
  const start = performance.now();
  try {
    const { relevant, dropped } = await withTelemetry(span.telemetry, () => findHits(job, namespace, vector));
    const durationMs = performance.now() - start;
    const count = relevant.length;
    span.telemetry.log({
      severity: "information",
      message: `[TIMING] ${name} collection: found ${count} docs`,
      attributes: { stage: "search", namespace: name, count, durationMs },
    });
    span.end({ attributes: { count } });
    const texts =
      role === "style"
        ? { hits: [], voice: relevant.map(({ text }) => text) }
        : { hits: relevant, voice: [] };
    return { namespace, found: count, ...texts, dropped, durationMs };
  } catch (error) {
    const durationMs = performance.now() - start;
    logError(span.telemetry, `${name} collection search`, error, { namespace: name, durationMs });
    span.end({ error });
    const nothing = { found: 0, hits: [], voice: [], dropped: [] };
    return { namespace, ...nothing, durationMs, error: toAppError(error, "namespace_failed") };
  }
};

const findHits = async (
  { signal, store }: RetrievalJob,
  { name, topK, role, threshold }: Namespace,
  vector: Vector,
): Promise<{ readonly relevant: readonly Hit[]; readonly dropped: readonly DroppedHit[] }> => {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(namespaceTimeoutMs)]);
  const found = await store.search({ namespace: name, vector, topK, signal: bounded });
  const passing = role === "style" ? found : found.filter(({ score }) => score >= threshold);
  const relevant = withoutRepeats(passing);
  const why = (hit: Hit): DroppedHit["why"] | undefined => {
    if (role === "style") return "style";
    if (!passing.includes(hit)) return "below_threshold";
    return relevant.includes(hit) ? undefined : "repeated";
  };
  const dropped = found.flatMap((hit) => {
    const reason = why(hit);
    return reason ? [{ namespace: name, source: hit.source, score: hit.score, why: reason }] : [];
  });
  return { relevant, dropped };
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

/** A passage may be indexed by each of its facts: the best of them stands for all. */
const withoutRepeats = (hits: readonly Hit[]): readonly Hit[] => {
  const seen = new Set<string>();
  return hits.filter(({ source, text }) => {
    const passage = `${source}\n${text}`;
    return !seen.has(passage) && seen.add(passage);
  });
};

/** A style that was found does not make an answer. */
const nothingAnswered = (results: readonly NamespaceResult[]): boolean => {
  const facts = results.filter(({ namespace }) => namespace.role === "facts");
  return (facts.length > 0 ? facts : results).every(({ error }) => error);
};
