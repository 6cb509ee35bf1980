import type { Embedder } from "../ports/embedder.ts";
import type { GenerationCatalog, Manifest } from "../ports/generation.ts";
import type { KnowledgeIndex, LocalKnowledge } from "../ports/knowledge-index.ts";
import type { PassagesById } from "../ports/passage.ts";
import type { VectorStore } from "../ports/vector-store.ts";
import { decodeRecords } from "./generation-files.ts";
import { AppError, messageOf } from "../shared/app-error.ts";

const openTimeoutMs = 120_000;

/** At most this many older generations are tried: if all of them fail, the share itself is the cause. */
const maxCandidates = 5;

export interface Opened {
  readonly manifest: Manifest;
  readonly store: VectorStore;
  readonly passages: PassagesById;
  readonly embedder: Embedder;
  /** Why this is not the generation that `CURRENT` names. */
  readonly degraded: string | undefined;
}

export interface GenerationSources {
  readonly catalog: GenerationCatalog;
  readonly index: KnowledgeIndex;
  /** Gives the function that opens a generation's embedder; `undefined` if this instance does not have that embedder. */
  readonly openEmbedder: (wanted: Manifest["embedder"]) => (() => Promise<Embedder>) | undefined;
  /** Opens the knowledge that is packed with the app, if there is any. */
  readonly openBundled: (() => Promise<Pick<Opened, "manifest" | "store" | "passages">>) | undefined;
}

/** Opens one generation, as `KnowledgeIndex.open` does. */
export const openGeneration = async (
  generation: string,
  { catalog, index, openEmbedder }: Pick<GenerationSources, "catalog" | "index" | "openEmbedder">,
  beforeStart?: () => Promise<void>,
): Promise<Omit<Opened, "degraded">> => {
  const done = await catalog.markReading(generation);
  try {
    const content = await catalog.content(generation);
    const open = openEmbedder(content.manifest.embedder);
    if (!open) throw otherEmbedder(content.manifest);
    const embedder = await open();
    // the model loads while the engine starts, which needs no time of this thread; copying does, so not before
    const loadEmbedder = (): void => void embedder.load?.();
    if (!index.isLocal) loadEmbedder();
    // read while the engine starts; a failure is thrown below, when there is a store to close
    const reading = content.passagesById();
    reading.catch(() => undefined);
    const store = await index.open(content, AbortSignal.timeout(openTimeoutMs), async () => {
      await beforeStart?.();
      loadEmbedder();
    });
    const passages = await reading.catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
    return { manifest: content.manifest, store, passages, embedder };
  } finally {
    // not awaited: a share that hangs must not delay a generation that is open
    void done();
  }
};

/**
 * Opens what should be served, or else the best that can be: the newest usable generation, a copy
 * that an earlier process left on this machine, the knowledge that came with the app.
 */
export const openUsable = async (tools: GenerationSources): Promise<Opened> => {
  const reasons: unknown[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      reasons.push(error);
      return undefined;
    }
  };

  const current = await attempt(() => tools.catalog.current());
  const best = current && (await attempt(() => openGeneration(current.generation, tools)));
  if (best) return { ...best, degraded: undefined };
  // after a rollback, the generation that was served last is not the newest one
  const last = current ?? (await attempt(() => tools.catalog.lastPublished()));
  const published = ((await attempt(() => tools.catalog.list())) ?? []).toReversed();
  const candidates = new Set([...(last ? [last.generation] : []), ...published]);
  if (current) candidates.delete(current.generation);
  for (const name of [...candidates].slice(0, maxCandidates)) {
    const opened = await attempt(() => openGeneration(name, tools));
    if (opened) return { ...opened, degraded: reasonOf(reasons) };
  }
  if (candidates.size === 0 && !current && reasons.length === 0) {
    reasons.push(new AppError("no_knowledge", "Nothing has been ingested yet; run npm run ingest."));
  }
  const local = await attempt(() =>
    tools.index.openLocal(
      ({ embedder }) => tools.openEmbedder(embedder) !== undefined,
      AbortSignal.timeout(openTimeoutMs),
    ),
  );
  const left = (local && fromRecords(local)) ?? (tools.openBundled && (await attempt(tools.openBundled)));
  const openEmbedder = left && tools.openEmbedder(left.manifest.embedder);
  const embedder = openEmbedder && (await attempt(openEmbedder));
  if (left && embedder) return { ...left, embedder, degraded: reasonOf(reasons) };
  await left?.store.close({ keepCopy: true });
  throw reasons[0];
};

const fromRecords = ({
  manifest,
  store,
  records,
}: LocalKnowledge): Pick<Opened, "manifest" | "store" | "passages"> => ({
  manifest,
  store,
  passages: decodeRecords(records, manifest),
});

const reasonOf = (reasons: readonly unknown[]): string =>
  reasons.length > 0 ? messageOf(reasons[0]) : "CURRENT is missing.";

const otherEmbedder = ({ id, embedder }: Manifest): AppError =>
  new AppError(
    "generation_unusable",
    `Generation ${id} was embedded with ${embedder.name}, which this app does not have; set it up beside EMBEDDINGS, or run npm run ingest.`,
  );
