import type { LiveGeneration } from "../ports/generation.ts";
import type { Namespace } from "../ports/namespace.ts";
import { withAttributes } from "../telemetry/with-attributes.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { AppError } from "../shared/app-error.ts";
import { retrieve } from "./retrieve.ts";
import type { Retrieval } from "./retrieve.ts";

interface Search {
  readonly question: string;
  readonly inContext?: string | undefined;
  /** All of them where none is named. */
  readonly namespaces?: readonly string[] | undefined;
}

interface Tools {
  readonly generations: LiveGeneration;
  readonly telemetry: Telemetry;
}

export interface FoundKnowledge extends Retrieval {
  readonly generation: string;
  readonly subject: string;
  /** As the generation's embedder counts. */
  readonly countTokens: (text: string) => number;
  /** A namespace could not be searched, or this is not the generation that should be served. */
  readonly degraded: boolean;
}

/**
 * Searches the generation that is served now. It is held for the searches alone, so that a slow
 * model never keeps an old one open.
 */
export const searchKnowledge = async (
  { question, inContext, namespaces }: Search,
  { generations, telemetry }: Tools,
  signal: AbortSignal,
): Promise<FoundKnowledge> => {
  const lease = await generations.acquire(signal);
  const { manifest, store, embedder } = lease;
  const ageMs = Date.now() - Date.parse(manifest.created);
  telemetry.measure("colophon.generation_age_seconds", Math.round(ageMs / 1_000));
  try {
    const retrieval = await retrieve({
      question,
      inContext,
      namespaces: pick(manifest.namespaces, namespaces),
      store,
      embedder,
      telemetry: withAttributes(telemetry, { generation: manifest.id }),
      signal,
    });
    const degraded = retrieval.degraded || lease.degraded !== undefined;
    const { id: generation, subject } = manifest;
    return { ...retrieval, degraded, generation, subject, countTokens: embedder.countTokens };
  } finally {
    lease.release();
  }
};

/** In the configured order, whatever order they were named in. */
const pick = (all: readonly Namespace[], names: readonly string[] | undefined): readonly Namespace[] => {
  if (!names) return all;
  const unknown = names.find((name) => !all.some((namespace) => namespace.name === name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(", ");
    throw new AppError("bad_request", `namespaces: "${unknown}" is not one of ${known}`);
  }
  return all.filter(({ name }) => names.includes(name));
};
