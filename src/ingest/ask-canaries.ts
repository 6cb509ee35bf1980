import type { Canary } from "../ports/generation.ts";
import type { Namespace } from "../ports/namespace.ts";
import type { Hit } from "../ports/passage.ts";
import { AppError } from "../shared/app-error.ts";
import type { Corpus } from "./load-corpus.ts";
import type { WantedCanary } from "./read-canaries.ts";

/** Finds passages as the app would, in an index that is not served yet. Best first, nothing where it would refuse. */
export type FindPassages = (question: string, namespaces: readonly Namespace[]) => Promise<readonly Hit[]>;

export interface AskTools {
  readonly find: FindPassages;
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
  let best: Hit | undefined;
  for (const namespace of asked) {
    const [hit] = (await tools.find(question, [namespace])).filter(({ text }) => text.includes(expect));
    if (hit && hit.score > (best?.score ?? -Infinity)) best = hit;
  }
  if (best) return { question, expect, namespace: best.namespace };
  const where = wanted === undefined ? "" : ` in ${wanted}`;
  throw new AppError(
    "ingest_failed",
    `The canary question "${question}" does not find "${expect}"${where}; nothing was published.`,
  );
};
