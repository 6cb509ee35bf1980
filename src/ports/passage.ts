import type { Vector } from "./embedder.ts";

/**
 * What a part of a passage is, which decides what is quoted with it. `fact`: a key and its value. `step`: an item of
 * an ordered list. `row`: of a table, each cell behind the name of its column. `question`: one whose answer follows.
 */
export type UnitKind = "fact" | "sentence" | "item" | "step" | "row" | "code" | "question";

/** A part of a passage that is quoted whole. Units never overlap. */
export interface Unit {
  readonly kind: UnitKind;
  /** Where it stands in the passage's text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** The unit that this one says nothing without: a parent item, what introduces a list, a question, a record's name. */
  readonly parent?: number;
  /** The keys that lead to a fact's value. */
  readonly path?: readonly string[];
  /** Of an item, a step or a row: the number of all those of its list or table. */
  readonly of?: number;
}

/** A passage of the owner's files, as it was indexed. */
export interface Passage {
  /** Stable over ingests as long as the passage and its place stay the same. */
  readonly id: string;
  readonly text: string;
  /** Where it stands: `projects/engine.md#Note G`, `personal/identity.json#basic_identity`. */
  readonly source: string;
  /** The first line of the passage in its file, from 1. */
  readonly line: number;
  readonly units: readonly Unit[];
  /** All passages of one record have the same: an object of a file with facts, cut where it is long. */
  readonly record?: string;
}

/** A vector of a passage. */
export interface PassageVector {
  /** Which of the passage's units it stands for; all of the passage where there is none. */
  readonly unit?: number;
  readonly vector: Vector;
  /** The hash of the embedded texts: vectors with the same hash are the same. */
  readonly embedHash: string;
}

/** A passage with its vectors, as a generation keeps it. */
export interface EmbeddedPassage extends Passage {
  readonly vectors: readonly PassageVector[];
}

/** What a generation's files say: by namespace, then by the id of the passage. */
export type PassagesById = ReadonlyMap<string, ReadonlyMap<string, Passage>>;

/** A passage that was found, and how well it fits. */
export interface Hit extends Passage {
  readonly namespace: string;
  /** Cosine similarity of its nearest vector to the question: 1 is the same direction, 0 unrelated. */
  readonly similarity: number;
  /** What the ranking is by: similarity, word pieces and words in common added up. 0 to about 2. */
  readonly score: number;
}
