import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { GenerationContent, GenerationFile, Manifest } from "../ports/generation.ts";
import type { Attributes, Telemetry } from "../ports/telemetry.ts";
import type { StartEngine, VectorEngine } from "../ports/vector-engine.ts";
import type { KnowledgeIndex, VectorStore } from "../ports/vector-store.ts";
import { AppError, messageOf } from "../shared/app-error.ts";
import { checkCollections, fillCollections } from "./chroma-collections.ts";
import { createChromaClient, openChromaStore } from "./chroma-store.ts";
import { pickArchive } from "./engine-archive.ts";
import type { EngineKind } from "./engine-archive.ts";
import { createLocalCopies } from "./local-copies.ts";
import type { LocalCopy } from "./local-copies.ts";
import { packFolder, unpackInto } from "./pack-folder.ts";

/** A collection's folder is preallocated: so much for four namespaces of none, and for each passage. */
const emptyIndexBytes = 70 * 1024 * 1024;
const bytesPerPassage = 8 * 1024;

interface Options {
  /** On local disk: an engine's data does not survive on a network share. */
  readonly localFolder: string;
  readonly startEngine: StartEngine;
  readonly engine: EngineKind;
  readonly telemetry: Telemetry;
}

/** Serves a generation from a copy of its own on local disk, with an engine of its own beside the app. */
export const createEmbeddedChromaIndex = ({
  localFolder,
  startEngine,
  engine,
  telemetry,
}: Options): KnowledgeIndex => {
  const copies = createLocalCopies(localFolder);
  const log = (
    severity: "information" | "warning",
    message: string,
    generation: string,
    attributes: Attributes = {},
  ): void => telemetry.log({ severity, message, attributes: { generation, stage: "open", ...attributes } });

  const tellReady = (
    generation: string,
    from: string,
    { copied, started, checked, begun }: Moments,
  ): void => {
    const [copyMs, engineMs, checkMs] = [copied - begun, started - copied, checked - started];
    const parts = `${from} ${seconds(copyMs)}, engine ${seconds(engineMs)}, check ${seconds(checkMs)}`;
    const message = `Chroma engine and client ready for generation ${generation} (${parts})`;
    log("information", message, generation, { from, copyMs, engineMs, checkMs });
  };

  /** Starts the engine on a copy and opens it; a copy that does not hold what it should is removed. */
  const serve = async (
    { copy, manifest, from, begun }: Filled,
    signal: AbortSignal,
  ): Promise<VectorStore> => {
    let running: VectorEngine | undefined;
    const copied = performance.now();
    try {
      running = await startEngine(copy.engineFolder, signal);
      const started = performance.now();
      const store = await openStore(running, copy, manifest, signal);
      tellReady(manifest.id, from, { begun, copied, started, checked: performance.now() });
      return store;
    } catch (error) {
      await running?.stop();
      await copy.remove();
      throw error;
    }
  };

  const hydrate = async (content: GenerationContent, signal: AbortSignal): Promise<VectorStore> => {
    const { manifest } = content;
    const { archive, passedOver } = pickArchive(manifest.files, engine);
    if (archive) {
      try {
        return await fromArchive(content, archive, signal);
      } catch (error) {
        if (error instanceof AppError && error.code === "disk_full") throw error;
        log(
          "warning",
          `${archive.name} cannot be used, building from the records: ${messageOf(error)}`,
          manifest.id,
        );
      }
    } else {
      log("information", `No archive fits, building from the records: ${passedOver}`, manifest.id);
    }
    return fromRecords(content, signal);
  };

  const fromArchive = async (
    content: GenerationContent,
    archive: GenerationFile,
    signal: AbortSignal,
  ): Promise<VectorStore> => {
    const begun = performance.now();
    const copy = await copies.create(content.manifest.id, archive.unpackedBytes ?? emptyIndexBytes);
    try {
      await unpackInto(copy.engineFolder, content.open(archive));
      await copies.complete(copy, content.manifest);
    } catch (error) {
      await copy.remove();
      throw error;
    }
    return serve({ copy, manifest: content.manifest, from: "archive", begun }, signal);
  };

  const fromRecords = async (content: GenerationContent, signal: AbortSignal): Promise<VectorStore> => {
    const { manifest } = content;
    const begun = performance.now();
    const passages = await content.passages();
    const copy = await copies.create(manifest.id, indexBytes(passages.values()));
    let running: VectorEngine | undefined;
    try {
      const copied = performance.now();
      running = await startEngine(copy.engineFolder, signal);
      const collections = collectionsOf(passages.keys());
      await fillCollections({ client: createChromaClient(running.url), collections, passages, signal });
      await copies.complete(copy, manifest);
      const started = performance.now();
      const store = await openStore(running, copy, manifest, signal);
      tellReady(manifest.id, "records", { begun, copied, started, checked: performance.now() });
      return store;
    } catch (error) {
      await running?.stop();
      await copy.remove();
      throw error;
    }
  };

  return {
    name: "chroma-embedded",
    holds: () => Promise.resolve(true),
    remove: () => Promise.resolve(),
    build: async ({ generation, passages, verify, signal }) => {
      const copy = await copies.create(`build-${generation}`, 2 * indexBytes(passages.values()));
      const collections = collectionsOf(passages.keys());
      try {
        await withEngine(copy.engineFolder, signal, ({ url }) =>
          fillCollections({ client: createChromaClient(url), collections, passages, signal }),
        );
        // a second engine sees what is on disk, not what the first one still had in memory
        await withEngine(copy.engineFolder, signal, async ({ url }) => {
          const client = createChromaClient(url);
          const counts = new Map([...passages].map(([name, all]) => [name, all.length]));
          const dimensions = [...passages.values()].flat()[0]?.vector.length ?? 1;
          await checkCollections({ client, collections, signal }, counts, dimensions);
          await verify(
            await openChromaStore({
              client,
              collections,
              signal,
              ready: () => Promise.resolve(),
              trouble: () => undefined,
              replaceable: false,
              close: () => Promise.resolve(),
            }),
          );
        });
        const name = archiveName(engine);
        const path = join(copy.folder, name);
        return {
          archives: [{ name, path, unpackedBytes: await packFolder(copy.engineFolder, path) }],
          dispose: () => copy.remove(),
        };
      } catch (error) {
        await copy.remove();
        throw error;
      }
    },
    open: async (content, signal) => {
      const { manifest } = content;
      const begun = performance.now();
      const left = await copies.adopt(({ id }) => id === manifest.id);
      const adopted =
        left && (await serve({ ...left, from: "local copy", begun }, signal).catch(() => undefined));
      const store = adopted ?? (await hydrate(content, signal));
      await copies.clear();
      return store;
    },
    openLocal: async (fit, signal) => {
      for (;;) {
        const left = await copies.adopt(fit);
        if (!left) return undefined;
        const begun = performance.now();
        const store = await serve({ ...left, from: "local copy", begun }, signal).catch(() => undefined);
        if (store) return { manifest: left.manifest, store };
      }
    },
  };

  async function withEngine(
    folder: string,
    signal: AbortSignal,
    use: (engine: VectorEngine) => Promise<void>,
  ): Promise<void> {
    await mkdir(folder, { recursive: true });
    const running = await startEngine(folder, signal);
    try {
      await use(running);
    } finally {
      await running.stop();
    }
  }
};

interface Filled {
  readonly copy: LocalCopy;
  readonly manifest: Manifest;
  readonly from: string;
  readonly begun: number;
}

interface Moments {
  readonly begun: number;
  readonly copied: number;
  readonly started: number;
  readonly checked: number;
}

const seconds = (durationMs: number): string => `${(durationMs / 1_000).toFixed(2)} s`;

/** The one client of a generation, made here and checked once. */
const openStore = async (
  engine: VectorEngine,
  copy: LocalCopy,
  { namespaces, embedder }: Manifest,
  signal: AbortSignal,
): Promise<VectorStore> => {
  const client = createChromaClient(engine.url);
  const collections = collectionsOf(namespaces.map(({ name }) => name));
  const counts = new Map(namespaces.map(({ name, passages }) => [name, passages]));
  await checkCollections({ client, collections, signal }, counts, embedder.dimensions);
  return openChromaStore({
    client,
    collections,
    signal,
    ready: (until) => engine.ready(until),
    trouble: () => engine.trouble,
    replaceable: true,
    close: async (options) => {
      await engine.stop();
      if (!options?.keepCopy) await copy.remove();
    },
  });
};

const indexBytes = (passages: Iterable<readonly unknown[]>): number =>
  emptyIndexBytes + bytesPerPassage * [...passages].reduce((sum, { length }) => sum + length, 0);

const archiveName = ({ platform, version }: EngineKind): string => `engine-${platform}-${version}.tar.gz`;

const collectionsOf = (namespaces: Iterable<string>): ReadonlyMap<string, string> =>
  new Map([...namespaces].map((namespace) => [namespace, `colophon-${namespace}`]));
