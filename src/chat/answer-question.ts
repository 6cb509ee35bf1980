import type { LiveGeneration } from "../ports/generation.ts";
import type { Generator } from "../ports/generator.ts";
import type { QuestionRewriter } from "../ports/question-rewriter.ts";
import { withAttributes } from "../telemetry/with-attributes.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { TokenCounter } from "../ports/tokenizer.ts";
import type { AnswerEvent, Timing } from "./answer-event.ts";
import { answerSmallTalk } from "./answer-small-talk.ts";
import { buildContext } from "./build-context.ts";
import { chooseQuotes } from "./choose-quotes.ts";
import { buildPrompt } from "./build-prompt.ts";
import { endWithError } from "./end-with-error.ts";
import { fitHistory } from "./fit-history.ts";
import { generateAnswer } from "./generate-answer.ts";
import { observeAnswer } from "./observe-answer.ts";
import type { TokenPrice } from "./observe-answer.ts";
import type { Question } from "./question.ts";
import { languageOf } from "./language-of.ts";
import { refuse } from "./refuse.ts";
import { countByNamespace, logSearches } from "./log-searches.ts";
import type { Retrieval } from "./retrieve.ts";
import { searchKnowledge } from "./search-knowledge.ts";
import type { FoundKnowledge } from "./search-knowledge.ts";
import { suggestInstead } from "./suggest-instead.ts";
import { standAloneQuestion } from "./stand-alone-question.ts";
import type { StandAloneQuestion } from "./stand-alone-question.ts";

export interface AnswerTools {
  readonly generations: LiveGeneration;
  readonly generator: Generator;
  readonly extractive: Generator;
  readonly rewriter: QuestionRewriter;
  readonly ruleRewriter: QuestionRewriter;
  readonly tokens: TokenCounter;
  readonly telemetry: Telemetry;
  readonly contextTokens: number;
  readonly historyTokens: number;
  /** When a model is given up, from the start of the request: time is left to answer without it. */
  readonly modelTimeoutMs: number;
  readonly logContent: boolean;
  /** What a model's tokens cost, for the estimate in the telemetry. */
  readonly price: TokenPrice | undefined;
}

/** Answers a visitor's question. Never throws: a failure is the last event. */
export const answerQuestion = (
  question: Question,
  tools: AnswerTools,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> => {
  const span = withAttributes(tools.telemetry, { requestId: question.answerId }).startSpan("answer");
  const { telemetry } = span;
  const events = endWithError(answer(question, { ...tools, telemetry }, signal), telemetry, signal);
  return observeAnswer(events, { span, price: tools.price });
};

async function* answer(
  question: Question,
  tools: AnswerTools,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  const smallTalk = await answerSmallTalk(question, tools.generations, signal);
  if (smallTalk) {
    yield* smallTalk;
    return;
  }
  const { contextTokens, historyTokens, tokens } = tools;
  const modelSignal = AbortSignal.any([signal, AbortSignal.timeout(tools.modelTimeoutMs)]);
  const history = fitHistory(question.history, { maxTokens: historyTokens, tokens });
  const asked = await standAloneQuestion({ question: question.text, history, modelSignal, signal }, tools);
  const { namespaces } = question;
  const found = await searchKnowledge({ ...asked.search, namespaces }, tools, signal);
  const telemetry = withAttributes(tools.telemetry, { generation: found.generation });

  const { countTokens, degraded, manifest, scoreUnit } = found;
  const { subject, speakAs = "about" } = manifest;
  const context = buildContext(found.hits, { maxTokens: contextTokens, countTokens });
  const { sources } = context;
  const used = countByNamespace(sources);
  logSearches(telemetry, found, used);
  logContext(context.text, { ...asked, searchedFor: found.searchedFor }, { ...tools, telemetry });
  const confidence = sources.length === 0 ? ("nothing" as const) : found.confidence;
  const start = {
    answerId: question.answerId,
    generation: found.generation,
    confidence,
    degraded,
    sources,
    dropped: [...found.dropped, ...context.dropped],
    timings: [...asked.timings, ...timingsOf(found, used)],
  };
  const { acceptLanguage } = question;
  const language = languageOf({ acceptLanguage, question: question.text, fallback: manifest.language });
  if (confidence === "nothing") {
    const { near, otherLanguage } = found;
    const followUps = suggestInstead(question, { near, manifest });
    yield* refuse({ start, language, manifest, otherLanguage, followUps, spent: asked.usage });
    return;
  }

  const { standAlone, usage } = asked;
  const isSure = confidence === "sure";
  const voice = found.namespaces.flatMap((searched) => searched.voice);
  const prompt = buildPrompt({ subject, speakAs, context, voice, isSure, history });
  const quotes = (): ReturnType<typeof chooseQuotes> =>
    chooseQuotes(found.searchedFor, sources.slice(0, maxQuoted), scoreUnit);
  const words = { question: question.text, standAlone, speakAs, language, ...prompt };
  const job = { ...words, sources, isSure, quotes, signal: modelSignal };
  yield* generateAnswer({ start, job, live: question.live, signal, spent: usage }, { ...tools, telemetry });
}

/** Sources further down hold no statement that is as good. */
const maxQuoted = 5;

const logContext = (
  context: string,
  asked: StandAloneQuestion & Pick<FoundKnowledge, "searchedFor">,
  { telemetry, logContent }: AnswerTools,
): void => {
  const log = (message: string, attributes = {}): void =>
    telemetry.log({ severity: "information", message, attributes: { stage: "context", ...attributes } });
  log(`[DEBUG] Retrieved ${context.length} chars of context`, { count: context.length });
  if (!logContent) return;
  log(`[DEBUG] QUESTION: ${asked.question}`);
  if (asked.standAlone !== asked.question) log(`[DEBUG] STAND-ALONE QUESTION: ${asked.standAlone}`);
  if (asked.searchedFor !== asked.search.question) log(`[DEBUG] SEARCHED FOR: ${asked.searchedFor}`);
  log(`[DEBUG] RETRIEVED CONTEXT: ${context}`);
};

const timingsOf = (
  { namespaces, embedMs }: Retrieval,
  used: ReadonlyMap<string, number>,
): readonly Timing[] => [
  { step: "embed", durationMs: embedMs },
  ...namespaces.map(({ namespace: { name, role }, voice, durationMs, error }) => ({
    step: `search ${name}`,
    durationMs,
    found: role === "style" ? voice.length : (used.get(name) ?? 0),
    ...(error ? { failed: true as const } : {}),
  })),
];
