import type { Namespace } from "./namespace.ts";
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
  /** Mends what can be mended after every namespace failed: a dead engine, stale handles. */
  recover(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface EmbeddedPassage extends Passage {
  readonly vector: Vector;
}

/** Where generations are indexed: beside the app in an engine of its own, or on a server. */
export interface KnowledgeIndex {
  /** A generation built in one index cannot be opened in another of a different name. */
  readonly name: string;
  /** Builds and verifies the index of a new generation; leaves nothing of it behind on failure. */
  build(job: {
    readonly generation: string;
    readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
    readonly signal: AbortSignal;
  }): Promise<void>;
  open(job: {
    readonly generation: string;
    readonly namespaces: readonly Namespace[];
    readonly signal: AbortSignal;
  }): Promise<VectorStore>;
  remove(generation: string): Promise<void>;
}
