import { randomUUID } from "node:crypto";
import { request as startRequest } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { answerEmpty } from "./answer-empty.ts";
import type { TypedData } from "./core-contract.ts";
import type { Exchange } from "./exchange.ts";
import { invokeFunction } from "./invoke-function.ts";
import { joinHeaders } from "./join-headers.ts";
import { keepEndToEndHeaders } from "./keep-end-to-end-headers.ts";
import { logFailure } from "./log-failure.ts";

const inFlightBytesMs = 50;

/**
 * Streams a request to the library's own HTTP server and its answer back, while the invocation runs beside it.
 * Resolves when both the answer and the invocation have ended.
 */
export async function forwardRequest(exchange: Exchange, httpUri: string): Promise<void> {
  const invocationId = randomUUID();
  const upstream = openUpstream(exchange, httpUri, invocationId);
  await Promise.all([relay(exchange, upstream), runInvocation(exchange, invocationId)]);
}

function openUpstream(
  { agent, url, request }: Exchange,
  httpUri: string,
  invocationId: string,
): ClientRequest {
  const { host: _host, expect: _expect, ...headers } = keepEndToEndHeaders(request.headers);
  // without it Node would send a DELETE's body of unknown length unframed
  if (request.headers["transfer-encoding"]) headers["transfer-encoding"] = "chunked";
  const upstream = startRequest(httpUri, {
    agent,
    method: request.method,
    path: url.pathname + url.search,
    headers: {
      ...headers,
      "x-ms-invocation-id": invocationId,
      "x-forwarded-host": url.host,
      "x-forwarded-proto": "http",
    },
  });
  upstream.setNoDelay(true);
  return upstream;
}

function relay({ limits, request, response }: Exchange, upstream: ClientRequest): Promise<void> {
  let answer: IncomingMessage | undefined;
  let received = 0;
  const silence = setTimeout(() => answerEmpty(response, 504), limits.silenceMs);

  request.on("data", (chunk: Buffer) => {
    silence.refresh();
    received += chunk.length;
    if (received > limits.bodyBytes && !response.writableEnded) answerEmpty(response, 413);
  });
  request.pipe(upstream);

  upstream.on("response", (incoming) => {
    answer = incoming;
    // an answer that breaks off must break off for the client, too
    answer.on("error", () => response.destroy());
    if (response.headersSent || response.destroyed) return;
    response.writeHead(answer.statusCode ?? 500, keepEndToEndHeaders(answer.headers));
    answer.on("data", () => silence.refresh());
    answer.pipe(response);
  });
  upstream.on("error", () => {
    if (!response.writableEnded && !response.destroyed) answerEmpty(response, 502);
  });

  return new Promise((resolve) => {
    response.on("close", () => {
      clearTimeout(silence);
      // the client left, or the app answered before it had read the body: what is left goes nowhere
      request.unpipe(upstream);
      request.resume();
      if (!answer?.complete || !upstream.writableFinished) upstream.destroy();
      resolve();
    });
  });
}

async function runInvocation(exchange: Exchange, invocationId: string): Promise<void> {
  const { app, match, response } = exchange;
  let isHandled = false;
  try {
    const { result } = await invokeFunction({
      registry: app,
      registered: match.registered,
      invocationId,
      data: { http: {} },
      triggerMetadata: createTriggerMetadata(exchange),
      traceContext: exchange.traceContext,
      onHandled: () => {
        isHandled = true;
      },
    });
    // the library sends nothing for a handler that returns nothing
    if (result === undefined || result === null) answerEmpty(response, 204);
  } catch (error) {
    logFailure(app, match.registered, error);
    // what the body gave before it threw is still on its way through the loopback
    if (isHandled) await wait(inFlightBytesMs);
    if (!response.writableEnded) answerEmpty(response, 500);
  }
}

function createTriggerMetadata({ match, url, request }: Exchange): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {};
  for (const [name, value] of Object.entries(match.params)) metadata[name] = { string: value };
  metadata["Headers"] = { json: JSON.stringify(joinHeaders(request.headers)) };
  metadata["Query"] = { json: JSON.stringify(Object.fromEntries(url.searchParams)) };
  return metadata;
}
