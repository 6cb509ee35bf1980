/** A unit vector; its length is the embedder's `dimensions`. */
export type Vector = readonly number[];

export interface Embedder {
  /** Names the model and its precision: vectors of two names must never meet in one index. */
  readonly name: string;
  readonly dimensions: number;
  /** What fits into one text, special tokens not counted; `embed` cuts what is longer. */
  readonly maxTokens: number;
  /** Gets ready for the first text, where that takes a while. Never fails: the first text does, then. */
  load?(): Promise<void>;
  countTokens(text: string): number;
  /** One vector a text, in the order given. Fails with `embedder_failed`. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Vector[]>;
}
