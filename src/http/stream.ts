import type { AnswerEvent } from "../chat/answer-event.ts";
import type { ErrorForm } from "./errors.ts";
import type { OutgoingResponse } from "./request.ts";
import { errorResponse } from "./response.ts";

interface Protocol {
  readonly encode: (events: AsyncIterable<AnswerEvent>) => AsyncIterable<string>;
  readonly contentType: string;
  readonly keepAlive: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly errorForm?: ErrorForm;
}

const keepAliveMs = 15_000;

/**
 * Streams an answer. What fails before its first event has a status of its own; later, and after
 * the first keep-alive, a failure is the stream's last line.
 */
export const streamAnswer = async (
  events: AsyncGenerator<AnswerEvent>,
  { encode, contentType, keepAlive, headers, errorForm }: Protocol,
): Promise<OutgoingResponse> => {
  const first = events.next();
  const early = await firstOf(first, keepAliveMs);
  if (early && !early.done && early.value.type === "error") return errorResponse(early.value, errorForm);
  const lines = encode(resumed(first, events));
  return {
    status: 200,
    headers: {
      "content-type": contentType,
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      ...headers,
    },
    body: createStreamWithKeepAlives(lines, { keepAlive, intervalMs: keepAliveMs }),
  };
};

async function* resumed(
  first: Promise<IteratorResult<AnswerEvent>>,
  rest: AsyncIterable<AnswerEvent>,
): AsyncGenerator<AnswerEvent> {
  const { done, value } = await first;
  if (done) return;
  yield value;
  yield* rest;
}

/**
 * Makes a response's byte stream that sends `keepAlive` whenever no line came for `intervalMs`: Azure cuts a response
 * that is silent for 230 s. A line is made when it is read. Cancelling the stream ends the lines at once.
 */
export const createStreamWithKeepAlives = (
  lines: AsyncIterable<string>,
  { keepAlive, intervalMs }: { readonly keepAlive: string; readonly intervalMs: number },
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<string>> | undefined;
  // not ReadableStream.from, which the types of browsers do not have
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        next ??= iterator.next();
        const result = await firstOf(next, intervalMs);
        if (result) next = undefined;
        if (result?.done) controller.close();
        else controller.enqueue(encoder.encode(result ? result.value : keepAlive));
      },
      cancel: () => {
        // not awaited: a generator takes it only after the line that it is making
        iterator.return?.().catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
};

/** The promise's value if it comes in time, else `undefined`; the promise stays open. */
const firstOf = async <T>(promise: Promise<T>, withinMs: number): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), withinMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** An event of a stream of server-sent events. */
export const sseEvent = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

/** The last event, by a custom that OpenAI began. */
export const sseDone = "data: [DONE]\n\n";

/** A comment: clients pass it over. */
export const sseKeepAlive = ": keep-alive\n\n";

export const sseContentType = "text/event-stream; charset=utf-8";
