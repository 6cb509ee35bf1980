import type { ChatTurn, Usage } from "./generator.ts";

export interface FollowUp {
  readonly question: string;
  /** What was said before it, oldest first; it begins with the visitor. */
  readonly history: readonly ChatTurn[];
  readonly signal: AbortSignal;
}

export interface RewrittenQuestion {
  readonly text: string;
  /** It may be wrong about what the question builds on: then the question itself is to count as much. */
  readonly guessed?: true;
  /** What it cost, where a model was asked. */
  readonly usage?: Usage;
}

/**
 * Puts a question that builds on what was said before into words that can be searched for. One that
 * stands for itself stays as it is. Fails with `model_failed`.
 */
export interface QuestionRewriter {
  rewrite(followUp: FollowUp): Promise<RewrittenQuestion>;
}
