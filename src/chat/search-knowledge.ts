import type { LiveGeneration, Lease, Manifest } from "../ports/generation.ts";
import type { Namespace } from "../ports/namespace.ts";
import type { PassagesById } from "../ports/passage.ts";
import { withAttributes } from "../telemetry/with-attributes.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { AppError } from "../shared/app-error.ts";
import { languageOfText } from "../shared/language-of-text.ts";
import { isStopWord, wordsIn } from "../shared/terms.ts";
import { aloneInWords, lastHeadingOf } from "../shared/unit-text.ts";
import type { ScoreUnit } from "./choose-quotes.ts";
import { comparePieces, dotProduct } from "./compare-pieces.ts";
import { correctQuestion } from "./correct-question.ts";
import { retrieve } from "./retrieve.ts";
import { smallTalkOf } from "./small-talk.ts";
import type { Retrieval } from "./retrieve.ts";
import { createWordIndex } from "./word-index.ts";
import type { WordIndex } from "./word-index.ts";

interface Search {
  readonly question: string;
  readonly inContext?: string | undefined;
  /** All of them where none is named. */
  readonly namespaces?: readonly string[] | undefined;
}

interface SearchTools {
  readonly generations: LiveGeneration;
  readonly telemetry: Telemetry;
}

export interface FoundKnowledge extends Retrieval {
  readonly generation: string;
  readonly manifest: Manifest;
  /** The tag of the files' language, where the question is in another and has no word of theirs. */
  readonly otherLanguage: string | undefined;
  /** What was searched for: the question, with what was mistyped or abbreviated put right. */
  readonly searchedFor: string;
  /** As the generation's embedder counts. */
  readonly countTokens: (text: string) => number;
  /** How well a unit of a source answers the question. */
  readonly scoreUnit: ScoreUnit;
  /** A namespace could not be searched, or this is not the generation that should be served. */
  readonly degraded: boolean;
}

/**
 * Searches the generation that is served now. It is held for the searches alone, so that a slow model never keeps an
 * old one open.
 */
export const searchKnowledge = async (
  { question, inContext, namespaces }: Search,
  { generations, telemetry }: SearchTools,
  signal: AbortSignal,
): Promise<FoundKnowledge> => {
  const lease = await generations.acquire(signal);
  const { manifest, store, passages, embedder } = lease;
  const ageMs = Date.now() - Date.parse(manifest.created);
  telemetry.measure("colophon.generation_age_seconds", Math.round(ageMs / 1_000));
  try {
    const { words, language } = wordsOfGeneration(lease);
    const correct = (text: string): string =>
      language === "en"
        ? correctQuestion(text, { isInFiles: words.isInFiles, rankOf: embedder.wordPieces?.rankOf })
        : text;
    // the files do not know who "you" is
    const asksForSubject = manifest.speakAs === "subject" && smallTalkOf(question) === "who-are-you";
    const searchedFor = correct(asksForSubject ? `Who is ${manifest.subject}?` : question);
    const wanted = inContext === undefined ? undefined : correct(inContext);
    const retrieval = await retrieve({
      question: searchedFor,
      inContext: wanted,
      namespaces: pick(manifest.namespaces, namespaces),
      store,
      passages,
      words,
      language,
      scores: manifest.scores ?? embedder.scoresFor(words.medianChars, language),
      embedder,
      telemetry: withAttributes(telemetry, { generation: manifest.id }),
      signal,
    });
    const isForeign = embedder.englishOnly && isInOtherLanguage(question, { words, language });
    return {
      ...retrieval,
      ...(isForeign ? { hits: [], near: [], confidence: "nothing" as const } : {}),
      otherLanguage: isForeign ? language : undefined,
      degraded: retrieval.degraded || lease.degraded !== undefined,
      generation: manifest.id,
      manifest,
      searchedFor,
      countTokens: embedder.countTokens,
      scoreUnit: createScoreUnit(wanted === undefined ? [searchedFor] : [searchedFor, wanted], {
        embedder,
        words,
        signal,
      }),
    };
  } finally {
    lease.release();
  }
};

/** A shorter question may be in any language. */
const minForeignWords = 3;

/** Told only of a question that is long enough to tell, and has no word in common with the files but names. */
const isInOtherLanguage = (question: string, { words, language }: WordsOfGeneration): boolean => {
  const asked = languageOfText(question);
  if (asked === undefined || asked === language) return false;
  const own = wordsIn(question);
  const names = new Set(wordsIn((question.match(/(?<=\s)\p{Lu}[\p{L}\p{M}]*/gu) ?? []).join(" ")));
  const telling = own.filter((word) => !isStopWord(word, asked) && !names.has(word) && !/\d/.test(word));
  const isLatin = /\p{Script=Latin}/u.test(question);
  return (!isLatin || own.length >= minForeignWords) && !telling.some((word) => words.isInFiles(word));
};

interface WordsOfGeneration {
  readonly words: WordIndex;
  readonly language: string;
}

/** Indexed at the first question to a generation, and forgotten with it. */
const indexed = new WeakMap<PassagesById, WordsOfGeneration>();

const wordsOfGeneration = ({
  manifest,
  passages,
}: Pick<Lease, "manifest" | "passages">): WordsOfGeneration => {
  const known = indexed.get(passages);
  if (known) return known;
  const { subject, language = "en" } = manifest;
  const made = { words: createWordIndex({ passages, subject, language }), language };
  indexed.set(passages, made);
  return made;
};

/** What a unit's words in common count where its word pieces cannot be compared. */
const coverageWeight = 0.5;

interface ScoreTools extends Pick<Lease, "embedder"> {
  readonly words: WordIndex;
  readonly signal: AbortSignal;
}

/** Scores units of sources by how well they answer a question, worded in one way or in several. */
export const createScoreUnit =
  (questions: readonly string[], { embedder, words, signal }: ScoreTools): ScoreUnit =>
  async (source, unit) => {
    const text = aloneInWords(source, unit, lastHeadingOf(source));
    const { wordPieces } = embedder;
    const pieced = wordPieces && (await wordPieces.embed(text, signal));
    let sum = 0;
    for (const question of questions) {
      if (!wordPieces || !pieced) sum += source.similarity + coverageWeight * words.shareOf(question, text);
      else {
        const asked = await wordPieces.embed(question, signal);
        sum += dotProduct(asked.vector, pieced.vector) + comparePieces(asked, pieced, words.weightOf);
      }
    }
    return sum / questions.length;
  };

/** In the configured order, whatever order they were named in. */
const pick = (all: readonly Namespace[], names: readonly string[] | undefined): readonly Namespace[] => {
  if (!names) return all;
  const unknown = names.find((name) => !all.some((namespace) => namespace.name === name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(", ");
    throw new AppError("bad_request", `namespaces: "${unknown}" is not one of ${known}`);
  }
  return all.filter(({ name }) => names.includes(name));
};
