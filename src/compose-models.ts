import { createEntraTokenProvider } from "./adapters/entra-token-provider.ts";
import { extractiveGenerator } from "./adapters/extractive-generator.ts";
import type { OpenAiClient, Patience } from "./adapters/openai-client.ts";
import type { Config } from "./config/read-config.ts";
import type { ModelServer } from "./config/read-models.ts";
import type { Generator } from "./ports/generator.ts";
import { lazily } from "./shared/lazily.ts";

/** A model that a visitor waits for. */
const visitorsPatience: Patience = { timeoutMs: 20_000, maxRetries: 2, longestWaitMs: 5_000 };

/** Chooses what words the answers. A model's SDK is loaded with the first question that it is asked. */
export const composeGenerator = (config: Config): Generator => {
  const { model: server, answerTokens } = config;
  if (!server) return extractiveGenerator;
  const load = lazily(async () => {
    const { createOpenAiGenerator } = await import("./adapters/openai-generator.ts");
    const client = await openClient(server, visitorsPatience, config);
    return createOpenAiGenerator({ client, model: server.model, maxTokens: answerTokens });
  });
  return {
    mode: "generated",
    generate: async function* (job) {
      const generator = await load();
      yield* generator.generate(job);
    },
  };
};

/** The client of a model, by its key or by tokens of Entra ID. */
export const openClient = async (
  { kind, baseUrl, apiKey }: ModelServer,
  patience: Patience,
  { azureClientId }: Config,
): Promise<OpenAiClient> => {
  const { createOpenAiClient } = await import("./adapters/openai-client.ts");
  const token = kind === "azure" && !apiKey ? createEntraTokenProvider(azureClientId) : undefined;
  return createOpenAiClient({ baseUrl, apiKey: token ?? apiKey }, patience);
};
