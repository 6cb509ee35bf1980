import { createEntraTokenProvider } from "../adapters/entra-token-provider.ts";
import { extractiveGenerator } from "../chat/extractive-generator.ts";
import type { OpenAiClient, RetryPolicy } from "../adapters/openai/client.ts";
import { ruleQuestionRewriter } from "../adapters/rule-question-rewriter.ts";
import type { Config } from "../config/read-config.ts";
import type { ModelServer } from "../config/read-models.ts";
import type { Generator } from "../ports/generator.ts";
import type { QuestionRewriter } from "../ports/question-rewriter.ts";
import { lazily } from "../shared/lazily.ts";

/**
 * A model that a visitor waits for. A token of a stream takes up to 1 kB on Azure, with what the filter
 * found in it: the bytes are enough for 100,000 tokens, the most of ANSWER_TOKENS.
 */
const visitorRetryPolicy: RetryPolicy = {
  timeoutMs: 20_000,
  maxRetries: 2,
  maxServerWaitMs: 5_000,
  maxResponseBytes: 128 * 1024 * 1024,
};

interface Model {
  readonly generator: Generator;
  readonly rewriter: QuestionRewriter;
}

/** Chooses what words the answers and follows the conversation. A model's SDK is loaded when it is first asked. */
export const composeModel = (config: Config): Model => {
  const { model: server } = config;
  if (!server) return { generator: extractiveGenerator, rewriter: ruleQuestionRewriter };
  const load = lazily(() => loadModel(server, config));
  return {
    generator: {
      mode: "generated",
      generate: async function* (job) {
        const { generator } = await load();
        yield* generator.generate(job);
      },
    },
    rewriter: {
      rewrite: async (followUp) => {
        const { rewriter } = await load();
        return rewriter.rewrite(followUp);
      },
    },
  };
};

/** One client for both: what the process learns of the model counts for both. */
const loadModel = async (server: ModelServer, config: Config): Promise<Model> => {
  const { createOpenAiGenerator } = await import("../adapters/openai/generator.ts");
  const { createOpenAiQuestionRewriter } = await import("../adapters/openai/question-rewriter.ts");
  const { createChatModel } = await import("../adapters/openai/chat-model.ts");
  const client = await openClient(server, visitorRetryPolicy, config);
  const model = createChatModel(client, server.model);
  return {
    generator: createOpenAiGenerator({ model, maxTokens: config.answerTokens }),
    rewriter: createOpenAiQuestionRewriter(model),
  };
};

/** The client of a model, by its key or by tokens of Entra ID. */
export const openClient = async (
  { kind, baseUrl, apiKey }: ModelServer,
  retryPolicy: RetryPolicy,
  { azureClientId }: Config,
): Promise<OpenAiClient> => {
  const { createOpenAiClient } = await import("../adapters/openai/client.ts");
  const token = kind === "azure" && !apiKey ? createEntraTokenProvider(azureClientId) : undefined;
  return createOpenAiClient({ baseUrl, apiKey: token ?? apiKey }, retryPolicy);
};
