import { extractiveGenerator } from "../../chat/extractive-generator.ts";
import { buildContext } from "../../chat/build-context.ts";
import { chooseQuotes } from "../../chat/choose-quotes.ts";
import { correctQuestion } from "../../chat/correct-question.ts";
import { retrieve } from "../../chat/retrieve.ts";
import { createScoreUnit } from "../../chat/search-knowledge.ts";
import type { WordIndex } from "../../chat/word-index.ts";
import type { Embedder } from "../../ports/embedder.ts";
import type { Namespace } from "../../ports/namespace.ts";
import type { Hit, PassagesById } from "../../ports/passage.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
import { silentTelemetry as telemetry } from "../../telemetry/silent.ts";

/** What `CONTEXT_TOKENS` is where it is not set. */
const contextTokens = 2_000;
const maxQuoted = 5;

/** Files that can be asked, as the app asks them. */
export interface AskedFiles {
  readonly namespaces: readonly Namespace[];
  readonly store: VectorStore;
  readonly passages: PassagesById;
  readonly words: WordIndex;
  readonly language: string;
  readonly embedder: Embedder;
  readonly signal: AbortSignal;
}

export interface AskedQuestion {
  /** Best first, whatever their scores: what is refused is decided afterwards. */
  readonly hits: readonly Hit[];
  /** The score that decides, 0 where nothing was found at all. */
  readonly best: number;
  /** The extractive answer, as a reader of Markdown sees it. */
  readonly answer: () => Promise<string>;
}

/** Asks files a question and refuses nothing. */
export const askFiles = async (question: string, files: AskedFiles): Promise<AskedQuestion> => {
  const { words, embedder, language, signal } = files;
  const rankOf = embedder.wordPieces?.rankOf;
  const text =
    language === "en" ? correctQuestion(question, { isInFiles: words.isInFiles, rankOf }) : question;
  const scores = { maybe: Number.NEGATIVE_INFINITY, sure: Number.NEGATIVE_INFINITY };
  const { hits } = await retrieve({ ...files, question: text, scores, telemetry });
  const answer = async (): Promise<string> => {
    const { countTokens } = embedder;
    const { sources } = buildContext(hits, { maxTokens: contextTokens, countTokens });
    const quotes = () =>
      chooseQuotes(text, sources.slice(0, maxQuoted), createScoreUnit([text], { embedder, words, signal }));
    const asked = {
      question,
      standAlone: text,
      instructions: "",
      history: [],
      speakAs: "about" as const,
      language,
    };
    let said = "";
    for await (const event of extractiveGenerator.generate({
      ...asked,
      sources,
      isSure: true,
      quotes,
      signal,
      telemetry,
    }))
      if (event.type === "text") said += event.text;
    return said.replaceAll(/\\(?=[!-/:-@[-`{-~])/g, "");
  };
  return { hits, best: hits[0]?.score ?? 0, answer };
};
