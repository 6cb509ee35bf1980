import type { Vector } from "./embedder.ts";
import type { Hit, Passage } from "./passage.ts";

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
  /** Waits until what can be repaired is repaired: a dead engine, stale handles. */
  recover(signal: AbortSignal): Promise<void>;
  /** Why it has to be opened again, when it cannot repair itself. */
  readonly broken: string | undefined;
  /** Ends it. Its local copy is removed, unless it is kept for the next process. */
  close(options?: { readonly keepCopy: boolean }): Promise<void>;
}
