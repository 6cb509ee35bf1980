import { extractiveGenerator } from "../chat/extractive-generator.ts";
import { gptTokenCounter } from "../adapters/openai/gpt-token-counter.ts";
import { ruleQuestionRewriter } from "../adapters/rule-question-rewriter.ts";
import { composeModel } from "./models.ts";
import type { AnswerTools } from "../chat/answer-question.ts";
import type { Config } from "../config/read-config.ts";
import { createLiveGeneration } from "../generations/live-generation.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { composeParts } from "./parts.ts";
import { openBundledKnowledge } from "./bundled-knowledge.ts";

/** What a model may take of a request's time. */
const modelShare = 0.85;

export interface App extends AnswerTools {
  readonly config: Config;
}

/** Puts the app together from its configuration; opens and starts nothing yet. */
export const composeApp = (config: Config, telemetry: Telemetry): App => {
  const parts = composeParts(config, telemetry);
  return {
    config,
    telemetry: parts.telemetry,
    ...composeModel(config),
    extractive: extractiveGenerator,
    ruleRewriter: ruleQuestionRewriter,
    tokens: gptTokenCounter,
    generations: createLiveGeneration({
      ...parts,
      openEmbedder: parts.embedders.named,
      openBundled: () => openBundledKnowledge(config, parts),
      refreshMs: config.refreshMs,
      swap: config.swap,
    }),
    contextTokens: config.contextTokens,
    historyTokens: config.historyTokens,
    modelTimeoutMs: config.requestTimeoutMs * modelShare,
    logContent: config.logContent,
    price: config.tokenPrice,
  };
};
