import type { GenerationContent, Manifest } from "./generation.ts";
import type { Vector } from "./embedder.ts";

/** A passage of the owner's files, as it was indexed. */
export interface Passage {
  /** Stable over ingests as long as the passage and its place stay the same. */
  readonly id: string;
  readonly text: string;
  /** Where it stands: `projects/engine.md#Note G`, `personal/identity.json#basic_identity`. */
  readonly source: string;
  /** The first line of the passage in its file, from 1. */
  readonly line: number;
}

export interface Hit extends Passage {
  /** Cosine similarity to the question: 1 is the same direction, 0 unrelated. */
  readonly score: number;
}

/** One generation, open for questions. */
export interface VectorStore {
  /** The nearest passages of one namespace, best first. Fails with `namespace_failed`. */
  search(query: {
    readonly namespace: string;
    readonly vector: Vector;
    readonly topK: number;
    readonly signal: AbortSignal;
  }): Promise<readonly Hit[]>;
  /** The passage of this id; `undefined` when this generation has none. Fails with `namespace_failed`. */
  read(query: {
    readonly namespace: string;
    readonly id: string;
    readonly signal: AbortSignal;
  }): Promise<Passage | undefined>;
  /** Waits until what can be mended is mended: a dead engine, stale handles. */
  recover(signal: AbortSignal): Promise<void>;
  /** Why it has to be opened anew, when it cannot mend itself. */
  readonly broken: string | undefined;
  /** Ends it. Its local copy is removed, unless it is kept for the next process. */
  close(options?: { readonly keepCopy: boolean }): Promise<void>;
}

export interface EmbeddedPassage extends Passage {
  readonly vector: Vector;
  /** Of the text that was embedded: the same hash has the same vector. */
  readonly embedHash: string;
}

/** The files of a built index, in a folder that goes with `dispose`. */
export interface BuiltIndex {
  readonly archives: readonly {
    readonly name: string;
    readonly path: string;
    readonly unpackedBytes: number;
  }[];
  dispose(): Promise<void>;
}

/** Where generations are indexed: beside the app in an engine of its own, or on a server. */
export interface KnowledgeIndex {
  /** A generation built in one index cannot be opened in another of a different name. */
  readonly name: string;
  /** Whether it runs on this machine, in an engine of its own that opening starts. */
  readonly isLocal: boolean;
  /** Builds an index, closes it, opens it again and verifies it; leaves nothing behind on failure. */
  build(job: {
    readonly generation: string;
    readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
    /** Asked of the index as it was opened again. */
    readonly verify: (store: VectorStore) => Promise<void>;
    readonly signal: AbortSignal;
  }): Promise<BuiltIndex>;
  /**
   * Fails with `generation_unusable`, `engine_unavailable` or `disk_full`, in words. `beforeStart` is waited
   * for when all of the content is on this machine and found whole, and before an engine is started on it.
   */
  open(
    content: GenerationContent,
    signal: AbortSignal,
    beforeStart?: () => Promise<void>,
  ): Promise<VectorStore>;
  /** Opens the newest copy that an earlier process left on this machine, if one is fit. */
  openLocal(
    fit: (manifest: Manifest) => boolean,
    signal: AbortSignal,
  ): Promise<{ readonly manifest: Manifest; readonly store: VectorStore } | undefined>;
  /** Whether all that `open` needs beside the published files is there. */
  holds(manifest: Manifest): Promise<boolean>;
  remove(generation: string): Promise<void>;
}
