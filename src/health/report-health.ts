import type { Embedder } from "../ports/embedder.ts";
import type { GenerationServer, Lease } from "../ports/generation.ts";
import { messageOf, toAppError } from "../shared/app-error.ts";

const probeTimeoutMs = 2_000;

export interface Health {
  /** `degraded`: some namespace cannot be searched. `unready`: no question can be answered. */
  readonly status: "ok" | "degraded" | "unready";
  readonly generation?: string;
  /** For the owner alone. */
  readonly details: Readonly<Record<string, unknown>>;
}

interface Tools {
  readonly generations: GenerationServer;
  readonly embedder: Embedder;
}

/** Finds out whether questions can be answered, by searching every namespace for anything. */
export const reportHealth = async (
  { generations, embedder }: Tools,
  signal: AbortSignal,
): Promise<Health> => {
  try {
    const lease = await generations.acquire(signal);
    try {
      return await probe(lease, embedder, signal);
    } finally {
      lease.release();
    }
  } catch (error) {
    return { status: "unready", details: { errorCode: toAppError(error).code, problem: messageOf(error) } };
  }
};

const probe = async (
  { manifest, store }: Lease,
  embedder: Embedder,
  signal: AbortSignal,
): Promise<Health> => {
  const anywhere = Array.from({ length: embedder.dimensions }, () => 1 / Math.sqrt(embedder.dimensions));
  const namespaces = [];
  for (const { name, role, passages } of manifest.namespaces) {
    const problem = await store
      .search({
        namespace: name,
        vector: anywhere,
        topK: 1,
        signal: AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]),
      })
      .then(() => undefined, messageOf);
    namespaces.push({ name, role, passages, ...(problem === undefined ? {} : { problem }) });
  }
  const broken = namespaces.filter(({ problem }) => problem !== undefined);
  const alive = namespaces.some(({ role, problem }) => role === "facts" && problem === undefined);
  return {
    status: broken.length === 0 ? "ok" : alive ? "degraded" : "unready",
    generation: manifest.id,
    details: {
      created: manifest.created,
      subject: manifest.subject,
      embedder: manifest.embedder.name,
      namespaces,
    },
  };
};
