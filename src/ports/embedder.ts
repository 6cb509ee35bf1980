/** A unit vector; its length is the embedder's `dimensions`. */
export type Vector = readonly number[];

/** A text as a model sees it: its vector, and one for each of its word pieces. */
export interface PiecedText {
  readonly vector: Vector;
  /** `swim`, `##ming`: as the model cuts words, without its own marks. */
  readonly pieces: readonly string[];
  /** The pieces' vectors behind each other, each of length 127: a byte a number. */
  readonly pieceVectors: Int8Array;
}

/** The least score of a question's best hit: for an answer that may be wrong, and for one that is sure. */
export interface AnswerScores {
  readonly maybe: number;
  readonly sure: number;
}

/** What only a model in this process can give. */
export interface WordPieces {
  /** Fails with `embedder_failed`. */
  embed(text: string, signal: AbortSignal): Promise<PiecedText>;
  /** The place of a whole word in the model's vocabulary, the common ones first; `undefined` for one that it cuts. */
  readonly rankOf: (word: string) => number | undefined;
}

/** Turns texts into vectors. One embedder embeds both the passages of a generation and the questions asked of it. */
export interface Embedder {
  /** Names the model and its precision: vectors of two names must never meet in one index. */
  readonly name: string;
  readonly dimensions: number;
  /** The longest passage in tokens, without special tokens; `embed` cuts a text that its model cannot hold. */
  readonly maxTokens: number;
  /** Which scores mean an answer, for passages of a language whose median length is so many characters. */
  readonly scoresFor: (medianChars: number, language: string) => AnswerScores;
  /** Texts in other languages get vectors that hardly find each other. */
  readonly englishOnly: boolean;
  /** Loads the model before the first text, if that takes a while. Never fails: an error is thrown by the first `embed`. */
  load?(): Promise<void>;
  /** Tokens of this model. In its languages a chat model counts the same within a tenth. */
  readonly countTokens: (text: string) => number;
  /** Where the model gives its word pieces too. */
  readonly wordPieces?: WordPieces;
  /** One vector for each text, in the order given. Fails with `embedder_failed`. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Vector[]>;
}
