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

/** A passage that a search found, with its similarity to the question. */
export interface Hit extends Passage {
  /** Cosine similarity, not distance: 1 is the same direction, 0 is unrelated, and a higher score is better. */
  readonly score: number;
}

/** A passage with its vector, as a generation keeps it. */
export interface EmbeddedPassage extends Passage {
  readonly vector: Vector;
  /** The hash of the embedded text: passages with the same hash have the same vector. */
  readonly embedHash: string;
}
