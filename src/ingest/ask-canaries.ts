import type { Embedder } from "../ports/embedder.ts";
import type { VectorStore } from "../ports/vector-store.ts";
import { AppError } from "../shared/app-error.ts";
import type { Corpus } from "./load-corpus.ts";

interface Tools {
  readonly store: VectorStore;
  readonly embedder: Embedder;
  readonly signal: AbortSignal;
}

/** Asks a new index what it must be able to find. Fails with `ingest_failed`, so that nothing is published. */
export const askCanaries = async (
  { plan, canaries }: Pick<Corpus, "plan" | "canaries">,
  { store, embedder, signal }: Tools,
): Promise<void> => {
  for (const { question, expect } of canaries) {
    const [vector = []] = await embedder.embed([question], signal);
    const found: string[] = [];
    for (const { name, topK, role, threshold } of plan.namespaces) {
      if (role === "style") continue;
      const hits = await store.search({ namespace: name, vector, topK, signal });
      found.push(...hits.filter(({ score }) => score >= threshold).map(({ text }) => text));
    }
    if (found.some((text) => text.includes(expect))) continue;
    throw new AppError(
      "ingest_failed",
      `The canary question "${question}" does not find "${expect}"; nothing was published.`,
    );
  }
};
