import type { Embedder, Vector } from "../ports/embedder.ts";
import type { Canary } from "../ports/generation.ts";
import type { Hit } from "../ports/passage.ts";
import type { VectorStore } from "../ports/vector-store.ts";
import { AppError } from "../shared/app-error.ts";
import type { Corpus } from "./load-corpus.ts";
import type { WantedCanary } from "./read-canaries.ts";

export interface AskTools {
  readonly store: VectorStore;
  readonly embedder: Embedder;
  readonly signal: AbortSignal;
}

/**
 * Asks a new index what it must be able to find, and gives each question with the namespace that holds
 * its answer. Fails with `ingest_failed`, so that nothing is published.
 */
export const askCanaries = async (
  { plan, canaries }: Pick<Corpus, "plan" | "canaries">,
  tools: AskTools,
): Promise<readonly Canary[]> => {
  const found: Canary[] = [];
  for (const canary of canaries) found.push(await ask(canary, plan, tools));
  return found;
};

const ask = async (
  { question, expect, namespace: wanted }: WantedCanary,
  { namespaces }: Corpus["plan"],
  tools: AskTools,
): Promise<Canary> => {
  const asked = namespaces.filter(
    ({ name, role }) => role !== "style" && (wanted === undefined || name === wanted),
  );
  const vector = await embedQuestion(question, tools);
  let best: { readonly score: number; readonly namespace: string } | undefined;
  for (const namespace of asked) {
    const hits = await relevantHits(vector, namespace, tools);
    const score = Math.max(...hits.filter(({ text }) => text.includes(expect)).map((hit) => hit.score));
    if (score > (best?.score ?? -Infinity)) best = { score, namespace: namespace.name };
  }
  if (best) return { question, expect, namespace: best.namespace };
  const where = wanted === undefined ? "" : ` in ${wanted}`;
  throw new AppError(
    "ingest_failed",
    `The canary question "${question}" does not find "${expect}"${where}; nothing was published.`,
  );
};

/** A model elsewhere is paid by the call: a question is embedded once, however many namespaces it is asked of. */
export const embedQuestion = async (
  question: string,
  { embedder, signal }: Pick<AskTools, "embedder" | "signal">,
): Promise<Vector> => {
  const [vector] = await embedder.embed([question], signal);
  if (!vector) throw new AppError("embedder_failed", "The embedder gave no vector.");
  return vector;
};

/** What a question finds in a namespace, as an answer would take it. */
export const relevantHits = async (
  vector: Vector,
  { name, topK, threshold }: Corpus["plan"]["namespaces"][number],
  { store, signal }: Pick<AskTools, "store" | "signal">,
): Promise<readonly Hit[]> => {
  const hits = await store.search({ namespace: name, vector, topK, signal });
  return hits.filter(({ score }) => score >= threshold);
};
