import type { ChatTurn } from "../ports/generator.ts";

/** What a visitor asks. */
export interface Question {
  readonly answerId: string;
  readonly text: string;
  /** What was said before, oldest first. */
  readonly history: readonly ChatTurn[];
  /** Searched alone; all of them where none is named. */
  readonly namespaces?: readonly string[] | undefined;
  /** The header of the request: which languages the visitor reads. */
  readonly acceptLanguage?: string | undefined;
  /** Whether text is shown as it comes: then it cannot be taken back when the model breaks off. */
  readonly live: boolean;
}
