import type { LiveGeneration, Lease } from "../ports/generation.ts";
import { messageOf, toAppError } from "../shared/app-error.ts";

const probeTimeoutMs = 2_000;

export interface Health {
  /** `degraded`: a namespace, or the knowledge that should be served, is missing. `unready`: nothing can be answered. */
  readonly status: "ok" | "degraded" | "unready";
  readonly generation?: string;
  /** For the owner alone. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Finds out whether questions can be answered, by searching every namespace for anything. */
export const reportHealth = async (
  { generations }: { readonly generations: LiveGeneration },
  signal: AbortSignal,
): Promise<Health> => {
  try {
    const lease = await generations.acquire(signal);
    try {
      return await probe(lease, lease.degraded ?? generations.problem(), signal);
    } finally {
      lease.release();
    }
  } catch (error) {
    return { status: "unready", details: { errorCode: toAppError(error).code, problem: messageOf(error) } };
  }
};

const probe = async (
  { manifest, store, embedder }: Lease,
  problem: string | undefined,
  signal: AbortSignal,
): Promise<Health> => {
  const anywhere = Array.from({ length: embedder.dimensions }, () => 1 / Math.sqrt(embedder.dimensions));
  const namespaces = [];
  for (const { name, role, passages } of manifest.namespaces) {
    const failure = await store
      .nearest({
        namespace: name,
        vector: anywhere,
        limit: 1,
        signal: AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]),
      })
      .then(() => undefined, messageOf);
    namespaces.push({ name, role, passages, problem: failure });
  }
  const broken = namespaces.some((namespace) => namespace.problem !== undefined);
  const alive = namespaces.some((namespace) => namespace.role === "facts" && namespace.problem === undefined);
  return {
    status: !alive ? "unready" : broken || problem !== undefined ? "degraded" : "ok",
    generation: manifest.id,
    details: {
      created: manifest.created,
      subject: manifest.subject,
      embedder: manifest.embedder.name,
      namespaces,
      problem,
    },
  };
};
