/** A unit vector; its length is the embedder's `dimensions`. */
export type Vector = readonly number[];

/** Turns texts into vectors. One embedder embeds both the passages of a generation and the questions asked of it. */
export interface Embedder {
  /** Names the model and its precision: vectors of two names must never meet in one index. */
  readonly name: string;
  readonly dimensions: number;
  /** The longest passage in tokens, without special tokens; `embed` cuts a text that its model cannot hold. */
  readonly maxTokens: number;
  /** The default of the lowest cosine similarity at which a hit is relevant. */
  readonly threshold: number;
  /** Texts in other languages get vectors that hardly find each other. */
  readonly englishOnly: boolean;
  /** Loads the model before the first text, if that takes a while. Never fails: an error is thrown by the first `embed`. */
  load?(): Promise<void>;
  /** Tokens of this model. In its languages a chat model counts the same within a tenth. */
  readonly countTokens: (text: string) => number;
  /** One vector for each text, in the order given. Fails with `embedder_failed`. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Vector[]>;
}
