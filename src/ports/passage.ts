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

export interface EmbeddedPassage extends Passage {
  readonly vector: Vector;
  /** Of the text that was embedded: the same hash has the same vector. */
  readonly embedHash: string;
}
