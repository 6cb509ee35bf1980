import type { FinishReason, Source, Usage } from "../ports/generator.ts";
import type { Confidence } from "./choose-hits.ts";
import type { ErrorCode } from "../shared/app-error.ts";
import type { DroppedHit } from "./dropped-hit.ts";

/** `generated` by a model, `extractive` quoted from the sources, `refused` for want of any, or by a content filter. */
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
      /** Whether the sources answer the question. */
      readonly confidence: Confidence;
      /** What it was answered from. */
      readonly generation: string;
      /** Something that should have been searched could not be. */
      readonly degraded: boolean;
      readonly sources: readonly Source[];
      /** What was found beside the sources. No protocol carries it: it is for the owner. */
      readonly dropped: readonly DroppedHit[];
      readonly timings: readonly Timing[];
    }
  | { readonly type: "text-delta"; readonly text: string }
  | {
      readonly type: "answer-end";
      readonly mode: AnswerMode;
      /**
       * The machine-readable word for how it ended, to be carried by every protocol. `content_filter`: a
       * filter of the model's server stopped the question, or the answer before any of it was shown,
       * and the text is a kind refusal (`refused`); or it stopped the answer amid the text
       * (`generated`), which stays as it was shown.
       */
      readonly finishReason: FinishReason;
      readonly usage?: Usage;
      readonly followUps: readonly string[];
    }
  | { readonly type: "error"; readonly code: ErrorCode; readonly message: string };
