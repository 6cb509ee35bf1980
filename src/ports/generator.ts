import type { Hit, Unit } from "./passage.ts";
import type { Telemetry } from "./telemetry.ts";

/** One message of a conversation. */
export interface ChatTurn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** A passage as the answer may cite it. */
export interface Source extends Hit {
  /** Its number in the prompt and in the answer's marks, from 1. */
  readonly number: number;
}

/** Units of one source that are quoted together, in the order in which they were written. */
export interface Quote {
  readonly source: Source;
  readonly units: readonly Unit[];
  /** How many items there are, where not all of them are quoted. */
  readonly cutFrom?: number;
}

/** What a generator needs to word one answer. */
export interface GenerationJob {
  readonly question: string;
  /** The question in words that need no history: the text that was searched for. */
  readonly standAlone: string;
  readonly sources: readonly Source[];
  /** Whether the sources answer the question for sure. */
  readonly isSure: boolean;
  /** What of the sources answers the question best. Costs time, and is asked for where no model words the answer. */
  readonly quotes: () => Promise<readonly Quote[]>;
  /** Whether the answer is given in the subject's name. */
  readonly speakAs: "subject" | "about";
  /** The language that the visitor reads, such as `en`. */
  readonly language: string;
  /** Rules, voice and sources. */
  readonly instructions: string;
  /** What was said before the question, oldest first. */
  readonly history: readonly ChatTurn[];
  readonly signal: AbortSignal;
  /** The parent of the spans of outgoing calls. */
  readonly telemetry: Telemetry;
}

export type FinishReason = "stop" | "length" | "content_filter";

/** What an answer took of a model, in its tokens. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** A piece of the answer as it is worded; `end` comes last, once. */
export type GenerationEvent =
  | { readonly type: "text"; readonly text: string }
  /** All text so far was the model's thought, not its answer: text that is not shown yet must not be shown. */
  | { readonly type: "restart" }
  | {
      readonly type: "end";
      readonly finishReason: FinishReason;
      /** The categories that a content filter stopped the question or the text for, where it names them. */
      readonly filteredFor?: readonly string[];
      /** What may be asked next. */
      readonly followUps?: readonly string[];
      /** The model thought, and its thoughts were left out. */
      readonly thought?: true;
      readonly usage?: Usage;
    };

/**
 * Words an answer from sources. Fails with `model_failed`, before or amid the text. A question that a
 * content filter does not let through ends at once, with the finish reason `content_filter`.
 */
export interface Generator {
  readonly mode: "generated" | "extractive";
  generate(job: GenerationJob): AsyncIterable<GenerationEvent>;
}
