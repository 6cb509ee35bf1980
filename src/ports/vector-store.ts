import type { Vector } from "./embedder.ts";

/** A vector near to a question's. */
export interface Neighbour {
  /** Names a passage, and a unit of it where the vector stands for one: see `vectorId`. */
  readonly id: string;
  /** Cosine similarity: 1 is the same direction, 0 unrelated. */
  readonly similarity: number;
}

/** The vectors of one generation, open for questions. */
export interface VectorStore {
  /** The nearest vectors of one namespace, best first. Fails with `namespace_failed`. */
  nearest(query: {
    readonly namespace: string;
    readonly vector: Vector;
    readonly limit: number;
    readonly signal: AbortSignal;
  }): Promise<readonly Neighbour[]>;
  /** Waits until what can be repaired is repaired: a dead engine, stale handles. */
  recover(signal: AbortSignal): Promise<void>;
  /** Why it has to be opened again, when it cannot repair itself. */
  readonly broken: string | undefined;
  /** Ends it. Its local copy is removed, unless it is kept for the next process. */
  close(options?: { readonly keepCopy: boolean }): Promise<void>;
}
