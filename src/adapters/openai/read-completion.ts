import { createParser } from "eventsource-parser";
import { APIError } from "openai";
import * as z from "zod";
import type { FinishReason, Usage } from "../../ports/generator.ts";
import { AppError } from "../../shared/app-error.ts";
import { stoppedFor } from "./content-filter.ts";

/** What one message of a completion brings; any of it may be missing. */
export interface CompletionPart {
  readonly text: string;
  /** Characters of a thought that the server set apart; the thought itself is for no one. */
  readonly thoughtLength: number;
  readonly finishReason?: FinishReason | undefined;
  readonly filteredFor?: readonly string[] | undefined;
  readonly usage?: Usage | undefined;
}

/** Characters of a completion that is no stream, and of one event of a stream. 100,000 tokens, the most of ANSWER_TOKENS, have less. */
const maxCharacters = 4_000_000;

/**
 * Reads a chat completion, be it a stream or not; the last part has a finish reason. Every part of it
 * is optional: Azure's asynchronous content filter sends choices without `delta`, usage comes with
 * `choices: null`, some servers give no `finish_reason`. A stream is whole when it gave one or said
 * `[DONE]`, and also when neither came and the response has the end that HTTP demands of its length or
 * its chunks. It fails when the connection broke, with what `fetch` throws, and with `model_failed`
 * when it ends within an event, or where nothing tells its end. Leaving it closes the connection.
 */
export async function* readCompletion(response: Response): AsyncGenerator<CompletionPart> {
  const { headers } = response;
  let finishReason: FinishReason | undefined;
  for await (const message of messagesOf(response)) {
    if (message === done) {
      finishReason ??= "stop";
      break;
    }
    const part = readMessage(message, headers);
    // a filter may stop what had ended already
    if (finishReason !== "content_filter") finishReason = part.finishReason ?? finishReason;
    yield { ...part, finishReason: undefined };
  }
  if (!finishReason && !headers.has("content-length") && !headers.has("transfer-encoding")) throw brokenOff();
  yield { text: "", thoughtLength: 0, finishReason: finishReason ?? "stop" };
}

const done = "[DONE]";

const brokenOff = (): AppError => new AppError("model_failed", "The model's answer ended early.");

/** The JSON documents of a stream of events, or the one of a body that is none: some servers know no streams. */
async function* messagesOf({ body }: Response): AsyncGenerator<string> {
  const events: string[] = [];
  let isTooLong = false;
  const parser = createParser({
    maxBufferSize: maxCharacters,
    onEvent: ({ data }) => events.push(data),
    onError: ({ type }) => {
      isTooLong ||= type === "max-buffer-size-exceeded";
    },
  });
  const decoder = new TextDecoder();
  let isDocument: boolean | undefined;
  let document = "";
  for await (const bytes of body ?? []) {
    const text = decoder.decode(bytes as Uint8Array, { stream: true });
    isDocument ??= text.trim() === "" ? undefined : text.trimStart().startsWith("{");
    if (isDocument === true) document += text;
    else parser.feed(text);
    if (isTooLong || document.length > maxCharacters) {
      const size = `${maxCharacters / 1_000_000} million characters`;
      throw new AppError("model_failed", `The model's server sent more than ${size} in one piece.`);
    }
    yield* events.splice(0);
  }
  if (isDocument === true) yield document;
  // the last event may lack the empty line after it
  else parser.feed("\n\n");
  yield* events;
}

/** Of any other kind, or missing, it is `undefined`. */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const delta = optional(
  z.object({
    content: z.unknown().optional(),
    reasoning_content: optional(z.string()),
    reasoning: optional(z.string()),
  }),
);

const completion = z.object({
  error: z.unknown().optional(),
  choices: optional(
    z.array(
      optional(
        z.object({
          index: optional(z.number()),
          delta,
          message: delta,
          finish_reason: optional(z.string().min(1)),
          content_filter_results: optional(z.record(z.string(), z.unknown())),
        }),
      ),
    ),
  ),
  usage: optional(z.object({ prompt_tokens: z.number(), completion_tokens: z.number().catch(0) })),
});

const readMessage = (json: string, headers: Headers): CompletionPart => {
  const { error, choices = [], usage } = completion.catch({ error: undefined }).parse(parseJson(json));
  if (error) throw new APIError(undefined, error, undefined, headers);
  // one answer is asked for
  const ours = choices.filter((choice) => choice !== undefined && (choice.index ?? 0) === 0);
  const deltas = ours.map((choice) => choice?.delta ?? choice?.message);
  const last = ours.findLast((choice) => choice?.finish_reason !== undefined);
  return {
    text: deltas.map((one) => textOf(one?.content)).join(""),
    thoughtLength: deltas
      .map((one) => (one?.reasoning_content ?? one?.reasoning ?? "").length)
      .reduce((sum, length) => sum + length, 0),
    finishReason: last && toFinishReason(last.finish_reason),
    filteredFor: last && stoppedFor(last.content_filter_results),
    usage: usage && { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens },
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // the parser's own error quotes the text
    throw brokenOff();
  }
};

const textPart = z.object({ type: z.enum(["text", "output_text"]), text: z.string() });

/** Mistral's reasoning models give their content in parts, thoughts and text. */
const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : Array.isArray(content)
      ? content.map((part) => textPart.safeParse(part).data?.text ?? "").join("")
      : "";

const toFinishReason = (reason: string | undefined): FinishReason =>
  reason === "length" || reason === "content_filter" ? reason : "stop";
