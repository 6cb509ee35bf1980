import type { GenerationCatalog, GenerationServer, Manifest } from "../ports/generation.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { KnowledgeIndex, VectorStore } from "../ports/vector-store.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import { singleFlight } from "../shared/single-flight.ts";
import { withSignal } from "../shared/with-signal.ts";

const openTimeoutMs = 30_000;

interface Served {
  readonly manifest: Manifest;
  readonly store: VectorStore;
  leases: number;
  retired: boolean;
}

interface Options {
  readonly catalog: GenerationCatalog;
  readonly index: KnowledgeIndex;
  /** The name of the embedder that questions can be embedded with. */
  readonly embedderName: string;
  /** How often, at most, a request looks whether something newer was published. */
  readonly refreshMs: number;
  readonly telemetry: Telemetry;
}

/** Serves the current generation, and swaps to a newer one beside the requests that go on. */
export const createGenerationServer = (options: Options): GenerationServer => {
  const { catalog, index, refreshMs, telemetry } = options;
  let served: Served | undefined;
  let lookedAt = 0;
  let closed = false;

  const openCurrent = async (): Promise<Served> => {
    const current = await catalog.current();
    if (!current) throw new AppError("no_knowledge", "Nothing has been ingested yet; run npm run ingest.");
    const manifest = await catalog.manifest(current.generation);
    refuseOtherEmbedder(manifest, options.embedderName);
    const { id: generation, namespaces } = manifest;
    const store = await index.open({ generation, namespaces, signal: AbortSignal.timeout(openTimeoutMs) });
    if (closed) await store.close();
    return { manifest, store, leases: 0, retired: false };
  };

  const openFirst = singleFlight(async () => {
    served ??= await openCurrent();
    lookedAt = performance.now();
    return served;
  });

  const swap = singleFlight(async () => {
    const current = await catalog.current();
    if (!current || closed || current.generation === served?.manifest.id) return;
    const next = await openCurrent();
    const previous = served;
    served = next;
    telemetry.log({
      severity: "information",
      message: `Serving generation ${next.manifest.id}`,
      attributes: { stage: "swap", generation: next.manifest.id },
    });
    if (previous) retire(previous);
  });

  const lookForNewer = (): void => {
    if (performance.now() - lookedAt < refreshMs) return;
    lookedAt = performance.now();
    swap().catch((error: unknown) => {
      telemetry.log({
        severity: "error",
        message: `[ERROR] generation swap failed: ${messageOf(error)}`,
        attributes: { stage: "swap", errorCode: toAppError(error).code },
      });
    });
  };

  const retire = (old: Served): void => {
    old.retired = true;
    if (old.leases === 0) closeQuietly(old);
  };

  const closeQuietly = (old: Served): void => {
    old.store.close().catch((error: unknown) => {
      telemetry.log({ severity: "warning", message: `Closing a generation failed: ${messageOf(error)}` });
    });
  };

  return {
    acquire: async (signal) => {
      if (!served) await withSignal(openFirst(), signal);
      const lent = served;
      if (!lent) throw new AppError("internal", "The generation was closed while it was opened.");
      lent.leases += 1;
      lookForNewer();
      let held = true;
      return {
        manifest: lent.manifest,
        store: lent.store,
        release: () => {
          if (!held) return;
          held = false;
          lent.leases -= 1;
          if (lent.retired && lent.leases === 0) closeQuietly(lent);
        },
      };
    },
    close: async () => {
      closed = true;
      await served?.store.close();
    },
  };
};

const refuseOtherEmbedder = ({ id, embedder }: Manifest, available: string): void => {
  if (embedder.name === available) return;
  throw new AppError(
    "generation_unusable",
    `Generation ${id} was embedded with ${embedder.name}, and this app embeds with ${available}; run npm run ingest.`,
  );
};
