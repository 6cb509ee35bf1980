import type { FinishReason, Usage } from "../ports/generator.ts";
import type { Manifest } from "../ports/generation.ts";
import { unnamedSubject } from "../shared/unnamed-subject.ts";
import { addUsage } from "./add-usage.ts";
import type { AnswerEvent, AnswerMode } from "./answer-event.ts";
import { sentencesFor } from "./sentences.ts";
import type { Sentences } from "./sentences.ts";

type Start = Omit<Extract<AnswerEvent, { type: "answer-start" }>, "type" | "mode">;

interface Cost {
  readonly usage?: Usage;
}

interface Refusal {
  readonly start: Start;
  readonly language: string;
  readonly manifest: Pick<Manifest, "subject" | "contact">;
  /** The tag of the files' language, where the question is in another. */
  readonly otherLanguage: string | undefined;
  /** Questions that have an answer. */
  readonly followUps: readonly string[];
  /** On making the question one that can be searched for. */
  readonly spent?: Usage | undefined;
}

/** Says honestly that nothing was found, and what can be asked instead; asks no model, which might make something up. */
export const refuse = (refusal: Refusal): Iterable<AnswerEvent> => {
  const { start, language, manifest, otherLanguage, followUps, spent } = refusal;
  const { subject, contact } = manifest;
  const sentences = sentencesFor(language);
  const why = start.degraded
    ? sentences.degraded
    : otherLanguage === undefined
      ? sentences.nothing(subject === unnamedSubject ? undefined : subject)
      : sentences.otherLanguage(otherLanguage);
  const text = [why, ...(contact === undefined ? [] : [sentences.contact(contact)])].join(" ");
  return kindly(start, text, { mode: "refused", finishReason: "stop", followUps, ...addUsage(spent) });
};

/** Says kindly that a content filter let the question or its answer not through; quotes no sources instead. */
export const refuseFiltered = (start: Start, sentences: Sentences, cost: Cost): Iterable<AnswerEvent> =>
  kindly({ ...start, confidence: "nothing", sources: [] }, sentences.filtered, {
    mode: "refused",
    finishReason: "content_filter",
    followUps: [],
    ...cost,
  });

interface End extends Cost {
  readonly mode: AnswerMode;
  readonly finishReason: FinishReason;
  readonly followUps: readonly string[];
}

/** An answer that is one sentence of the server. */
export function* kindly(start: Start, text: string, end: End): Generator<AnswerEvent> {
  yield { type: "answer-start", mode: end.mode, ...start };
  yield { type: "text-delta", text };
  yield { type: "answer-end", ...end };
}
