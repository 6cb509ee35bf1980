import type { FinishReason, GenerationJob, Generator, Usage } from "../ports/generator.ts";
import { withTelemetry } from "../ports/in-span.ts";
import { AppError } from "../shared/app-error.ts";
import { withSignal } from "../shared/with-signal.ts";
import { promptStoppedFor, stoppedFor } from "./content-filter.ts";
import type { OpenAiClient } from "./openai-client.ts";
import { toModelError } from "./to-model-error.ts";

interface Options {
  readonly client: OpenAiClient;
  readonly model: string;
  readonly maxTokens: number;
}

/** How long the first words may take, all tries and the waits that a server asks for included. */
const firstWordsTimeoutMs = 20_000;

/** How long a model that has begun may keep silent. */
const silenceTimeoutMs = 15_000;

/** Lets a model word the answers. */
export const createOpenAiGenerator = ({ client, model, maxTokens }: Options): Generator => ({
  mode: "generated",
  generate: async function* ({ instructions, history, question, signal, telemetry }: GenerationJob) {
    const patience = startPatience(signal);
    try {
      const ask = () =>
        client.chat.completions.create(
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
      // while it waits for a token, the SDK does not look at the signal
      const stream = await withSignal(withTelemetry(telemetry, ask), patience.signal);
      let finishReason: FinishReason | undefined;
      let filteredFor: readonly string[] = [];
      let usage: Usage | undefined;
      for await (const chunk of stream) {
        patience.extend(silenceTimeoutMs);
        // Azure's first chunk has no choice, only what its content filter found
        const choice = chunk.choices[0];
        if (choice?.delta.content) yield { type: "text" as const, text: choice.delta.content };
        if (choice?.finish_reason) {
          finishReason = toFinishReason(choice.finish_reason);
          filteredFor = stoppedFor(choice.content_filter_results);
        }
        if (chunk.usage) {
          usage = {
            promptTokens: chunk.usage.prompt_tokens,
            completionTokens: chunk.usage.completion_tokens,
          };
        }
      }
      // a stream that ends without a reason was cut off on its way
      if (!finishReason) throw new AppError("model_failed", "The model's stream ended early.");
      yield { type: "end" as const, finishReason, filteredFor, ...(usage ? { usage } : {}) };
    } catch (error) {
      const categories = promptStoppedFor(error);
      if (categories) {
        yield { type: "end" as const, finishReason: "content_filter", filteredFor: categories };
        return;
      }
      // the SDK says only that it was stopped
      const reason = patience.signal.reason as unknown;
      throw toModelError(reason instanceof AppError ? reason : error);
    } finally {
      patience.end();
    }
  },
});

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
