import type { LiveGeneration } from "../ports/generation.ts";
import { unnamedSubject } from "../shared/unnamed-subject.ts";
import type { AnswerEvent } from "./answer-event.ts";
import type { Question } from "./question.ts";
import { languageOf } from "./language-of.ts";
import { kindly } from "./refuse.ts";
import { sentencesFor } from "./sentences.ts";
import { smallTalkOf } from "./small-talk.ts";
import { suggestInstead } from "./suggest-instead.ts";

/** No greeting is longer: for a question that is, nothing is opened here. */
const maxLength = 80;

/** Answers a greeting, thanks and the like, without a search and without a model; `undefined` for a question. */
export const answerSmallTalk = async (
  question: Question,
  generations: LiveGeneration,
  signal: AbortSignal,
): Promise<Iterable<AnswerEvent> | undefined> => {
  const { answerId, text, acceptLanguage } = question;
  if (text.length > maxLength) return undefined;
  const lease = await generations.acquire(signal);
  lease.release();
  const { manifest, degraded } = lease;
  const subject = manifest.subject === unnamedSubject ? undefined : manifest.subject;
  const talk = smallTalkOf(text, subject);
  // "Who are you?" asks about the subject where the subject speaks
  if (!talk || (talk === "who-are-you" && manifest.speakAs === "subject")) return undefined;
  const sentences = sentencesFor(languageOf({ acceptLanguage, question: text, fallback: manifest.language }));
  const said = {
    greeting: sentences.greeting(subject),
    thanks: sentences.thanks,
    goodbye: sentences.goodbye,
    "who-are-you": sentences.whoAreYou(subject),
  }[talk];
  const followUps = talk === "goodbye" ? [] : suggestInstead(question, { near: [], manifest });
  const about = { answerId, generation: manifest.id, degraded: degraded !== undefined };
  const start = { ...about, confidence: "sure" as const, sources: [], dropped: [], timings: [] };
  return kindly(start, said, { mode: "extractive", finishReason: "stop", followUps });
};
