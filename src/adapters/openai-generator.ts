import "@azure/openai/types";
import OpenAI, { APIError } from "openai";
import type { FinishReason, GenerationJob, Generator, Usage } from "../ports/generator.ts";
import { AppError, messageOf } from "../shared/app-error.ts";

interface Options {
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly model: string;
  readonly maxTokens: number;
}

/** How long the model may keep silent before its first words: it is retried or given up after that. */
const firstWordsTimeoutMs = 20_000;

/** Asks any server that speaks OpenAI's chat completions: OpenAI, Azure OpenAI, Ollama. */
export const createOpenAiGenerator = ({ baseUrl, apiKey, model, maxTokens }: Options): Generator => {
  // made here, once: the client reads settings of its own from the environment where it is given none
  const client = new OpenAI({
    baseURL: baseUrl ?? "https://api.openai.com/v1",
    // servers without keys still need the header to be well-formed
    apiKey: apiKey ?? "none",
    organization: null,
    project: null,
    maxRetries: 2,
    timeout: firstWordsTimeoutMs,
    logLevel: "off",
  });

  return {
    mode: "generated",
    generate: async function* ({ instructions, history, question, signal }: GenerationJob) {
      try {
        const stream = await client.chat.completions.create(
          {
            model,
            messages: [
              { role: "system", content: instructions },
              ...history,
              { role: "user", content: question },
            ],
            max_completion_tokens: maxTokens,
            stream: true,
            stream_options: { include_usage: true },
          },
          { signal },
        );
        let finishReason: FinishReason | undefined;
        let usage: Usage | undefined;
        for await (const chunk of stream) {
          // Azure's first chunk has no choice, only what its content filter found
          const choice = chunk.choices[0];
          if (choice?.delta.content) yield { type: "text" as const, text: choice.delta.content };
          if (choice?.finish_reason) finishReason = toFinishReason(choice.finish_reason);
          if (chunk.usage) {
            usage = {
              promptTokens: chunk.usage.prompt_tokens,
              completionTokens: chunk.usage.completion_tokens,
            };
          }
        }
        // a stream that ends without a reason was cut off on its way
        if (!finishReason) throw new AppError("model_failed", "The model's stream ended early.");
        yield { type: "end" as const, finishReason, ...(usage ? { usage } : {}) };
      } catch (error) {
        throw toModelError(error);
      }
    },
  };
};

const toFinishReason = (reason: string): FinishReason =>
  reason === "length" || reason === "content_filter" ? reason : "stop";

const toModelError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const filtered = error instanceof APIError && error.code === "content_filter";
  return new AppError(filtered ? "content_filter" : "model_failed", messageOf(error), { cause: error });
};
