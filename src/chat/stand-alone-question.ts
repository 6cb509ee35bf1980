import type { ChatTurn, Usage } from "../ports/generator.ts";
import { inSpan } from "../telemetry/in-span.ts";
import type { QuestionRewriter, RewrittenQuestion } from "../ports/question-rewriter.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { messageOf, toAppError } from "../shared/app-error.ts";
import { addUsage } from "./add-usage.ts";
import type { Timing } from "./answer-event.ts";

interface Asked {
  readonly question: string;
  readonly history: readonly ChatTurn[];
  /** Of the request: the model's own ends before. */
  readonly signal: AbortSignal;
  readonly modelSignal: AbortSignal;
}

interface Tools {
  readonly rewriter: QuestionRewriter;
  /** Takes its place when it fails. */
  readonly ruleRewriter: QuestionRewriter;
  readonly telemetry: Telemetry;
}

export interface StandAloneQuestion {
  /** As the visitor asked it. */
  readonly question: string;
  /** In words that need no history. */
  readonly standAlone: string;
  readonly search: { readonly question: string; readonly inContext?: string };
  readonly timings: readonly Timing[];
  readonly usage?: Usage | undefined;
}

/** Puts a follow-up into words that can be searched for. Costs nothing where nothing was said before. */
export const standAloneQuestion = async (asked: Asked, tools: Tools): Promise<StandAloneQuestion> => {
  const { question, history } = asked;
  if (history.length === 0) return { question, standAlone: question, search: { question }, timings: [] };
  const startedAt = performance.now();
  const { text, guessed, usage, failed } = await rewrite(asked, tools);
  const timing = {
    step: "rewrite",
    durationMs: performance.now() - startedAt,
    ...(failed ? { failed } : {}),
  };
  const search = guessed ? { question, inContext: text } : { question: text };
  return { question, standAlone: text, search, timings: [timing], usage };
};

const rewrite = async (
  { question, history, signal, modelSignal }: Asked,
  { rewriter, ruleRewriter, telemetry }: Tools,
): Promise<RewrittenQuestion & { readonly failed?: true }> => {
  try {
    return await inSpan(telemetry, "rewrite", { attributes: { stage: "rewrite" } }, () =>
      rewriter.rewrite({ question, history, signal: modelSignal }),
    );
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toAppError(thrown, "model_failed");
    telemetry.log({
      severity: "error",
      message: `[ERROR] model failed, the follow-up is searched for by the rule: ${messageOf(error)}`,
      attributes: { stage: "rewrite", errorCode: error.code },
      error,
    });
    const byRule = await ruleRewriter.rewrite({ question, history, signal });
    return { ...byRule, ...addUsage(error.spent), failed: true };
  }
};
