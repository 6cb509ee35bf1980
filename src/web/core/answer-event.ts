/** A passage that an answer rests on. */
export interface Source {
  /** What the answer's marks call it, from 1. */
  readonly number: number;
  readonly namespace: string;
  /** Where it stands: `projects/engine.md#Note G`. */
  readonly source: string;
  /** Cosine similarity to the question. */
  readonly similarity: number;
  readonly text: string;
}

/** What one step of an answer took. */
export interface Step {
  readonly title: string;
  readonly durationMs: number;
}

/** Why there is no answer, or no whole one. */
export interface Failure {
  /** The server's own code, or one of `network`, `cut`, `forbidden`, `too_many_requests`, `unavailable`. */
  readonly code: string;
  /** The server's words. */
  readonly message?: string;
}

export interface AnswerStart {
  readonly answerId?: string;
  readonly mode?: string;
  readonly degraded: boolean;
  readonly sources: readonly Source[];
  readonly steps: readonly Step[];
}

export interface AnswerEnd {
  readonly finishReason?: string;
  readonly followUps: readonly string[];
}

/** An answer as it comes: one start, text, and one end or failure. */
export type AnswerEvent =
  | ({ readonly type: "start" } & AnswerStart)
  | { readonly type: "text"; readonly text: string }
  | ({ readonly type: "end" } & AnswerEnd)
  | { readonly type: "failed"; readonly failure: Failure };

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}
