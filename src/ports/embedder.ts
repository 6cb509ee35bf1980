/** A unit vector; its length is the embedder's `dimensions`. */
export type Vector = readonly number[];

export interface Embedder {
  /** Names the model and its precision: vectors of two names must never meet in one index. */
  readonly name: string;
  readonly dimensions: number;
  /** How long a passage may be, special tokens not counted; `embed` cuts what its model cannot hold. */
  readonly maxTokens: number;
  /** The least similarity of a hit that counts as relevant, where no other is set. */
  readonly threshold: number;
  /** It hardly knows other languages. */
  readonly englishOnly: boolean;
  /** Gets ready for the first text, where that takes a while. Never fails: the first text does, then. */
  load?(): Promise<void>;
  /** As its model counts: in the languages that it knows, within a tenth of what a chat model counts. */
  readonly countTokens: (text: string) => number;
  /** One vector a text, in the order given. Fails with `embedder_failed`. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Vector[]>;
}
