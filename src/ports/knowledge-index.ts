import type { GenerationContent, Manifest } from "./generation.ts";
import type { EmbeddedPassage } from "./passage.ts";
import type { VectorStore } from "./vector-store.ts";

/** The files of a built index, in a folder that goes with `dispose`. */
export interface BuiltIndex {
  readonly archives: readonly {
    readonly name: string;
    readonly path: string;
    readonly unpackedBytes: number;
  }[];
  dispose(): Promise<void>;
}

/** A generation that was opened from this machine alone. */
export interface LocalKnowledge {
  readonly manifest: Manifest;
  readonly store: VectorStore;
  /** Its file of records, as it was published. */
  readonly records: Uint8Array;
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
  openLocal(fit: (manifest: Manifest) => boolean, signal: AbortSignal): Promise<LocalKnowledge | undefined>;
  /** Whether all that `open` needs beside the published files is there. */
  holds(manifest: Manifest): Promise<boolean>;
  remove(generation: string): Promise<void>;
}
