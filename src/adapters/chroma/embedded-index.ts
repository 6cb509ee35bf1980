import type { GenerationFile, Manifest } from "../../ports/generation.ts";
import type { Attributes, Telemetry } from "../../ports/telemetry.ts";
import type { StartEngine, VectorEngine } from "../../ports/vector-engine.ts";
import type { KnowledgeIndex } from "../../ports/knowledge-index.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
import { messageOf, toAppError } from "../../shared/app-error.ts";
import { buildEngineArchive } from "./engine-archive/build-engine-archive.ts";
import { fillCollections, statedVectors } from "./collections.ts";
import { createChromaClient } from "./store.ts";
import { pickArchive } from "./engine-archive/engine-archive.ts";
import type { EngineKind } from "./engine-archive/engine-archive.ts";
import { createLocalCopies, indexBytes } from "./local-copies.ts";
import type { LocalCopy } from "./local-copies.ts";
import { collectionsOf, openEmbeddedStore } from "./open-embedded-store.ts";
import { recoverFrom } from "./open-recovery.ts";
import type { IndexOrigin } from "./open-recovery.ts";
import { unpackInto } from "./engine-archive/pack-folder.ts";

interface EmbeddedIndexOptions {
  /** On local disk: an engine's data does not survive on a network share. */
  readonly localFolder: string;
  readonly startEngine: StartEngine;
  readonly engine: EngineKind;
  readonly telemetry: Telemetry;
}

/** A local copy whose files are in place, before an engine is started on it. */
interface Hydration {
  readonly copy: LocalCopy;
  readonly manifest: Manifest;
  readonly from: IndexOrigin;
  readonly startedAt: number;
  readonly beforeStart?: (() => Promise<void>) | undefined;
  /** Fills the running engine, where the copy's files do not hold the index yet. */
  readonly fill?: (engine: VectorEngine) => Promise<void>;
}

type Opening = Parameters<KnowledgeIndex["open"]>;

/** Serves a generation from a copy of its own on local disk, with an engine of its own beside the app. */
export const createEmbeddedChromaIndex = (options: EmbeddedIndexOptions): KnowledgeIndex => {
  const { localFolder, startEngine, engine: kind, telemetry } = options;
  const copies = createLocalCopies(localFolder);
  const log = (severity: "information" | "warning", message: string, attributes: Attributes): void =>
    telemetry.log({ severity, message, attributes: { stage: "open", ...attributes } });

  /** Starts an engine on a copy and opens it. A copy that failed is removed, unless a later try may open it. */
  const serve = async (
    { copy, manifest, from, startedAt, beforeStart, fill }: Hydration,
    signal: AbortSignal,
  ): Promise<VectorStore> => {
    let engine: VectorEngine | undefined;
    const copied = performance.now();
    try {
      // with SWAP=frugal, beforeStart closes the served generation: after the deadline that would be for nothing
      signal.throwIfAborted();
      await beforeStart?.();
      engine = await startEngine(copy.engineFolder, signal);
      await fill?.(engine);
      const started = performance.now();
      const counts = statedVectors(manifest);
      const { dimensions } = manifest.embedder;
      const store = await openEmbeddedStore({ engine, copy, counts, dimensions, signal });
      const took = {
        copyMs: copied - startedAt,
        engineMs: started - copied,
        checkMs: performance.now() - started,
      };
      const words = `${from} ${seconds(took.copyMs)}, engine ${seconds(took.engineMs)}, check ${seconds(took.checkMs)}`;
      log("information", `Chroma engine and client ready for generation ${manifest.id} (${words})`, {
        generation: manifest.id,
        kind: from,
        ...took,
      });
      return store;
    } catch (error) {
      await engine?.stop();
      if (recoverFrom(from, toAppError(error).code).keepCopy) copy.leave();
      else await copy.remove();
      throw error;
    }
  };

  const hydrate = async (...[content, signal, beforeStart]: Opening): Promise<VectorStore> => {
    const generation = content.manifest.id;
    const { archive, passedOver } = pickArchive(content.manifest.files, kind);
    if (archive) {
      try {
        return await fromArchive(archive, content, signal, beforeStart);
      } catch (error) {
        if (recoverFrom("archive", toAppError(error).code).next !== "the records") throw error;
        const message = `${archive.name} cannot be used, building from the records: ${messageOf(error)}`;
        log("warning", message, { generation });
      }
    } else {
      log("information", `No archive fits, building from the records: ${passedOver}`, { generation });
    }
    return fromRecords(content, signal, beforeStart);
  };

  /** On a full disk, removes an older copy of the same generation that did not open, and hydrates once more. */
  const hydrateInPlace = async (...[content, signal, beforeStart]: Opening): Promise<VectorStore> => {
    try {
      return await hydrate(content, signal, beforeStart);
    } catch (error) {
      if (recoverFrom("records", toAppError(error).code).next !== "free disk space") throw error;
      await copies.clear((generation) => generation === content.manifest.id);
      return hydrate(content, signal, beforeStart);
    }
  };

  const fromArchive = async (
    archive: GenerationFile,
    ...[content, signal, beforeStart]: Opening
  ): Promise<VectorStore> => {
    const { manifest } = content;
    const startedAt = performance.now();
    const copy = await copies.create(manifest.id, archive.unpackedBytes ?? 0);
    try {
      await unpackInto(copy.engineFolder, content.open(archive));
      await copies.complete(copy, content);
    } catch (error) {
      await copy.remove();
      throw error;
    }
    return serve({ copy, manifest, from: "archive", startedAt, beforeStart }, signal);
  };

  const fromRecords = async (...[content, signal, beforeStart]: Opening): Promise<VectorStore> => {
    const { manifest } = content;
    const startedAt = performance.now();
    const passages = await content.passages();
    const copy = await copies.create(manifest.id, indexBytes(passages));
    const fill = async ({ url }: VectorEngine): Promise<void> => {
      const collections = collectionsOf(passages.keys());
      await fillCollections({ client: createChromaClient(url), collections, passages, signal });
      await copies.complete(copy, content);
    };
    return serve({ copy, manifest, from: "records", startedAt, beforeStart, fill }, signal);
  };

  /**
   * Opens the newest fit copy that an earlier process left on this machine, or else the next one. `undefined`
   * where there is none; where there were some and the engine started on none, the first failure is thrown.
   */
  const adopt = async (
    fit: (manifest: Manifest) => boolean,
    signal: AbortSignal,
    beforeStart?: () => Promise<void>,
  ): Promise<
    { readonly copy: LocalCopy; readonly manifest: Manifest; readonly store: VectorStore } | undefined
  > => {
    const failures = new Map<string, unknown>();
    for (;;) {
      const startedAt = performance.now();
      const left = await copies.adopt((manifest) => fit(manifest) && !failures.has(manifest.id));
      if (!left && failures.size > 0) throw [...failures.values()][0];
      if (!left) return undefined;
      try {
        const store = await serve({ ...left, from: "local copy", startedAt, beforeStart }, signal);
        return { ...left, store };
      } catch (error) {
        log("warning", `The local copy of ${left.manifest.id} cannot be used: ${messageOf(error)}`, {
          generation: left.manifest.id,
        });
        // a kept copy would be found again at once
        if (recoverFrom("local copy", toAppError(error).code).keepCopy) failures.set(left.manifest.id, error);
      }
    }
  };

  return {
    name: "chroma-embedded",
    isLocal: true,
    build: (job) => buildEngineArchive(job, { copies, startEngine, engine: kind }),
    open: async (content, signal, beforeStart) => {
      const isIt = ({ id }: Manifest): boolean => id === content.manifest.id;
      const adopted = await adopt(isIt, signal, beforeStart).catch(() => undefined);
      const store = adopted?.store ?? (await hydrateInPlace(content, signal, beforeStart));
      await copies
        .clear(() => true)
        .catch((error: unknown) => {
          log("warning", `Old local copies cannot be removed: ${messageOf(error)}`, {});
        });
      return store;
    },
    openLocal: async (fit, signal) => {
      const left = await adopt(fit, signal);
      if (!left) return undefined;
      const { manifest, store, copy } = left;
      try {
        return { manifest, store, records: await copy.readRecords() };
      } catch (error) {
        // a copy of an earlier app has none: without them its vectors say nothing
        log("warning", `The local copy of ${manifest.id} has no records: ${messageOf(error)}`, {
          generation: manifest.id,
        });
        await store.close();
        return undefined;
      }
    },
    // opening needs nothing but the published files on the share
    holds: () => Promise.resolve(true),
    remove: () => Promise.resolve(),
  };
};

const seconds = (durationMs: number): string => `${(durationMs / 1_000).toFixed(2)} s`;
