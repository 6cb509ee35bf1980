import type { LiveGeneration } from "../ports/generation.ts";
import type { ChatTurn, Generator } from "../ports/generator.ts";
import type { QuestionRewriter } from "../ports/question-rewriter.ts";
import { withAttributes } from "../telemetry/with-attributes.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { TokenCounter } from "../ports/tokenizer.ts";
import type { AnswerEvent, Timing } from "./answer-event.ts";
import { buildContext } from "./build-context.ts";
import { buildPrompt } from "./build-prompt.ts";
import { endWithError } from "./end-with-error.ts";
import { fitHistory } from "./fit-history.ts";
import { generateAnswer } from "./generate-answer.ts";
import { observeAnswer } from "./observe-answer.ts";
import type { TokenPrice } from "./observe-answer.ts";
import { refuse } from "./refuse.ts";
import type { Retrieval } from "./retrieve.ts";
import { searchKnowledge } from "./search-knowledge.ts";
import { standAloneQuestion } from "./stand-alone-question.ts";
import type { StandAloneQuestion } from "./stand-alone-question.ts";

export interface Question {
  readonly answerId: string;
  readonly text: string;
  /** What was said before, oldest first. */
  readonly history: readonly ChatTurn[];
  /** Whether text is shown as it comes: then it cannot be taken back when the model breaks off. */
  readonly live: boolean;
}

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
  const { contextTokens, historyTokens, tokens } = tools;
  const modelSignal = AbortSignal.any([signal, AbortSignal.timeout(tools.modelTimeoutMs)]);
  const history = fitHistory(question.history, { maxTokens: historyTokens, tokens });
  const asked = await standAloneQuestion({ question: question.text, history, modelSignal, signal }, tools);
  const found = await searchKnowledge(asked.search, tools, signal);
  const telemetry = withAttributes(tools.telemetry, { generation: found.generation });

  const { countTokens } = found;
  const context = buildContext(found.namespaces, { maxTokens: contextTokens, countTokens });
  logContext(context.text, asked, { ...tools, telemetry });
  const { degraded, subject } = found;
  const start = {
    answerId: question.answerId,
    generation: found.generation,
    degraded,
    sources: context.sources,
    dropped: [...found.namespaces.flatMap(({ dropped }) => dropped), ...context.dropped],
    timings: [...asked.timings, ...timingsOf(found)],
  };
  if (context.sources.length === 0) {
    yield* refuse({ start, subject, spent: asked.usage });
    return;
  }

  const { standAlone, usage } = asked;
  const prompt = buildPrompt({ subject, context, history });
  const words = { question: question.text, standAlone, ...prompt };
  const job = { ...words, sources: context.sources, signal: modelSignal };
  yield* generateAnswer({ start, job, live: question.live, signal, spent: usage }, { ...tools, telemetry });
}

const logContext = (
  context: string,
  asked: StandAloneQuestion,
  { telemetry, logContent }: AnswerTools,
): void => {
  const log = (message: string, attributes = {}): void =>
    telemetry.log({ severity: "information", message, attributes: { stage: "context", ...attributes } });
  log(`[DEBUG] Retrieved ${context.length} chars of context`, { count: context.length });
  if (!logContent) return;
  log(`[DEBUG] QUESTION: ${asked.question}`);
  if (asked.standAlone !== asked.question) log(`[DEBUG] STAND-ALONE QUESTION: ${asked.standAlone}`);
  log(`[DEBUG] RETRIEVED CONTEXT: ${context}`);
};

const timingsOf = ({ namespaces, embedMs }: Retrieval): readonly Timing[] => [
  { step: "embed", durationMs: embedMs },
  ...namespaces.map(({ namespace, found, durationMs, error }) => ({
    step: `search ${namespace.name}`,
    durationMs,
    found,
    ...(error ? { failed: true as const } : {}),
  })),
];
