import "@azure/openai/types";
import OpenAI, { APIError } from "openai";
import type { FinishReason, GenerationJob, Generator, Usage } from "../ports/generator.ts";
import { AppError } from "../shared/app-error.ts";

interface Options {
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly model: string;
  readonly maxTokens: number;
}

/** How long the first words may take, all tries and the waits that a server asks for included. */
const firstWordsTimeoutMs = 20_000;

/** How long a model that has begun may keep silent. */
const silenceTimeoutMs = 15_000;

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
      const patience = startPatience(signal);
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
          { signal: patience.signal },
        );
        let finishReason: FinishReason | undefined;
        let usage: Usage | undefined;
        for await (const chunk of stream) {
          patience.extend(silenceTimeoutMs);
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
      } finally {
        patience.end();
      }
    },
  };
};

interface Patience {
  readonly signal: AbortSignal;
  /** Waits so long from now on. */
  extend(ms: number): void;
  end(): void;
}

const startPatience = (request: AbortSignal): Patience => {
  const silent = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const extend = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(
      () => silent.abort(new AppError("model_failed", `The model kept silent for ${ms / 1_000} s.`)),
      ms,
    );
  };
  extend(firstWordsTimeoutMs);
  return { signal: AbortSignal.any([request, silent.signal]), extend, end: () => clearTimeout(timer) };
};

const toFinishReason = (reason: string): FinishReason =>
  reason === "length" || reason === "content_filter" ? reason : "stop";

/** Only what names the error: a server's own text may repeat the prompt, or a key. */
const toModelError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  if (!(error instanceof APIError))
    return new AppError("model_failed", "The model's server cannot be asked.", { cause: nameOf(error) });
  const { status, code, type } = error;
  const words = [status, code ?? type, status === undefined ? error.name : undefined]
    .filter(Boolean)
    .join(" ");
  return new AppError(
    code === "content_filter" ? "content_filter" : "model_failed",
    `The model's server answered ${words}.`,
  );
};

const nameOf = (error: unknown): Error => new Error(error instanceof Error ? error.name : "unknown");
