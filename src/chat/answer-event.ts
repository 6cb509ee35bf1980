import type { FinishReason, Source, Usage } from "../ports/generator.ts";
import type { ErrorCode } from "../shared/app-error.ts";

/** `generated` by a model, `extractive` quoted from the sources, `refused` for want of any. */
export type AnswerMode = "generated" | "extractive" | "refused";

/** What one step of the way took. */
export interface Timing {
  readonly step: string;
  readonly durationMs: number;
  readonly found?: number;
  readonly failed?: true;
}

/** An answer, as every protocol's encoder receives it: one start, text, and one end or error. */
export type AnswerEvent =
  | {
      readonly type: "answer-start";
      readonly answerId: string;
      readonly mode: AnswerMode;
      /** Something that should have been searched could not be. */
      readonly degraded: boolean;
      readonly sources: readonly Source[];
      readonly timings: readonly Timing[];
    }
  | { readonly type: "text-delta"; readonly text: string }
  | {
      readonly type: "answer-end";
      readonly mode: AnswerMode;
      readonly finishReason: FinishReason;
      readonly usage?: Usage;
      readonly followUps: readonly string[];
    }
  | { readonly type: "error"; readonly code: ErrorCode; readonly message: string };
