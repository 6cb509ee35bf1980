import type { GenerationEvent, GenerationJob, Generator } from "../../ports/generator.ts";
import { withTelemetry } from "../../telemetry/in-span.ts";
import { AppError } from "../../shared/app-error.ts";
import type { ChatModel } from "./chat-model.ts";
import { promptStoppedFor } from "./content-filter.ts";
import { createThoughtCutter } from "./cut-thoughts.ts";
import { readCompletion } from "./read-completion.ts";
import { toModelError } from "./to-model-error.ts";

interface AnswerModel {
  readonly model: ChatModel;
  readonly maxTokens: number;
}

/** Deadline of the first words, with all tries and the back-off that the server asks for. */
const firstWordsTimeoutMs = 20_000;

/** The longest silence of a model that has started to answer. */
const silenceTimeoutMs = 15_000;

/**
 * The limit of an answer in characters, for servers that do not keep to the one in tokens: twice the 6
 * that a token has at most on average, in prose of any language and by any tokenizer.
 */
const maxCharactersPerToken = 12;

/** Characters of thoughts, which some servers do not count: as many as 100,000 tokens have. */
const maxThoughtCharacters = 400_000;

/** Lets a model word the answers. */
export const createOpenAiGenerator = ({ model, maxTokens }: AnswerModel): Generator => ({
  mode: "generated",
  generate: async function* ({ instructions, history, question, signal, telemetry }: GenerationJob) {
    const silence = startSilenceTimer(signal);
    const messages = [
      { role: "system" as const, content: instructions },
      ...history,
      { role: "user" as const, content: question },
    ];
    try {
      const ask = (): Promise<Response> =>
        model.ask({ messages, maxTokens, stream: true }, { signal: silence.signal });
      const response = await withTelemetry(telemetry, ask);
      yield* answerOf(response, { model, maxTokens, heard: () => silence.extend(silenceTimeoutMs) });
    } catch (error) {
      const categories = promptStoppedFor(error);
      if (categories) {
        yield { type: "end" as const, finishReason: "content_filter", filteredFor: categories };
        return;
      }
      // the SDK's error says only that the call was aborted; the signal knows why
      const reason = silence.signal.reason as unknown;
      throw toModelError(reason instanceof AppError ? reason : error, model.sent(messages));
    } finally {
      silence.end();
    }
  },
});

interface Listening {
  readonly model: ChatModel;
  readonly maxTokens: number;
  /** Called at each sign of life. */
  readonly heard: () => void;
}

/** The answer without its thoughts. An answer over the limit ends as cut off, and its request is aborted. */
async function* answerOf(
  response: Response,
  { model, maxTokens, heard }: Listening,
): AsyncGenerator<GenerationEvent> {
  const maxCharacters = maxTokens * maxCharactersPerToken;
  const thoughts = createThoughtCutter(model.habits);
  let end: Extract<GenerationEvent, { type: "end" }> = { type: "end", finishReason: "length" };
  let isThinking = false;
  let received = 0;
  let left = maxCharacters;
  for await (const { text: piece, thoughtLength, ...part } of readCompletion(response)) {
    heard();
    // the 1 is for parts without text, which may be endless as well
    received += piece.length + thoughtLength + 1;
    isThinking ||= thoughtLength > 0;
    const { finishReason, filteredFor, usage } = part;
    end = { ...end, ...(filteredFor ? { filteredFor } : {}), ...(usage ? { usage } : {}) };
    const { text, restart } = finishReason ? thoughts.end(finishReason) : thoughts.push(piece);
    if (restart) {
      left = maxCharacters;
      yield { type: "restart" };
    }
    // a cut inside a surrogate pair would end in a character that no encoder takes
    const fitting = text.length > left ? text.slice(0, left).replace(/[\ud800-\udbff]$/, "") : text;
    if (fitting !== "") yield { type: "text", text: fitting };
    left -= text.length;
    if (left < 0 || received > maxCharacters + maxThoughtCharacters) break;
    if (finishReason) end = { ...end, finishReason };
  }
  yield { ...end, ...(isThinking || thoughts.sawThought() ? { thought: true } : {}) };
}

/** Stops a request when its model has been silent for too long. */
interface SilenceTimer {
  readonly signal: AbortSignal;
  /** The model may be silent for `ms` from now. */
  extend(ms: number): void;
  end(): void;
}

const startSilenceTimer = (request: AbortSignal): SilenceTimer => {
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
