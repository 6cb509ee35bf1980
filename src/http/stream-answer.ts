import type { AnswerEvent } from "../chat/answer-event.ts";
import { errorResponse } from "./error-response.ts";
import type { ErrorForm } from "./error-form.ts";
import type { OutgoingResponse } from "./incoming-request.ts";
import { firstOf, withKeepAlives } from "./with-keep-alives.ts";

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
  const lines = withKeepAlives(encode(resumed(first, events)), { keepAlive, intervalMs: keepAliveMs });
  return {
    status: 200,
    headers: {
      "content-type": contentType,
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      ...headers,
    },
    body: streamOf(lines),
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

/** Spelled out instead of `ReadableStream.from`, which the types of browsers do not have. */
const streamOf = (lines: AsyncGenerator<string>): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await lines.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: async () => {
        await lines.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
};
