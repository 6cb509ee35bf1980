import { randomUUID } from "node:crypto";
import { request as startRequest } from "node:http";
import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { LoadedApp } from "./app.ts";
import type { TraceContext, TypedData } from "./core-contract.ts";
import { invokeFunction } from "./invoke.ts";
import type { RouteMatch } from "./routes.ts";
import { sendStatus } from "./send-status.ts";

export interface Limits {
  /** A response that sends nothing for this long is cut, as the platform's load balancer does. */
  readonly maxSilenceMs: number;
  readonly maxBodyBytes: number;
}

/** One HTTP request on its way through the host to a function. */
export interface Exchange {
  readonly app: LoadedApp;
  readonly agent: Agent;
  readonly limits: Limits;
  readonly match: RouteMatch;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly traceContext: TraceContext;
}

const bodyDrainMs = 50;

/**
 * Streams a request to the library's own HTTP server and its response back, while the invocation runs.
 * Resolves when both the response and the invocation have ended.
 */
export const forwardRequest = async (exchange: Exchange): Promise<void> => {
  const invocationId = randomUUID();
  const upstream = openUpstream(exchange, invocationId);
  await Promise.all([relay(exchange, upstream), runInvocation(exchange, invocationId)]);
};

const openUpstream = ({ app, agent, url, request }: Exchange, invocationId: string): ClientRequest => {
  const { host: _host, expect: _expect, ...headers } = endToEndHeaders(request.headers);
  // without this header Node sends a DELETE's body of unknown length without framing
  if (request.headers["transfer-encoding"]) headers["transfer-encoding"] = "chunked";
  const upstream = startRequest(app.httpUri, {
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
};

const relay = async ({ limits, request, response }: Exchange, upstream: ClientRequest): Promise<void> => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let answer: IncomingMessage | undefined;
  let receivedBytes = 0;
  const silence = setTimeout(() => sendStatus(response, 504), limits.maxSilenceMs);

  request.on("data", (chunk: Buffer) => {
    silence.refresh();
    receivedBytes += chunk.length;
    if (receivedBytes > limits.maxBodyBytes && !response.writableEnded) sendStatus(response, 413);
  });
  request.pipe(upstream);

  upstream.on("response", (incoming) => {
    answer = incoming;
    // a response that the app breaks off must break off for the client too
    answer.on("error", () => response.destroy());
    if (response.headersSent || response.destroyed) return;
    response.writeHead(answer.statusCode ?? 500, endToEndHeaders(answer.headers));
    answer.on("data", () => silence.refresh());
    answer.pipe(response);
  });
  upstream.on("error", () => {
    if (!response.writableEnded && !response.destroyed) sendStatus(response, 502);
  });

  response.on("close", () => {
    clearTimeout(silence);
    // the client left, or the app answered before it had read the body: the rest of the body is dropped
    request.unpipe(upstream);
    request.resume();
    if (!answer?.complete || !upstream.writableFinished) upstream.destroy();
    resolve();
  });
  return closed;
};

const runInvocation = async (exchange: Exchange, invocationId: string): Promise<void> => {
  const { app, match, response, traceContext } = exchange;
  let isHandled = false;
  try {
    const result = await invokeFunction({
      app,
      registered: match.registered,
      invocationId,
      // the library reads the request from its own server
      input: { http: {} },
      triggerMetadata: createTriggerMetadata(exchange),
      traceContext,
      onHandled: () => {
        isHandled = true;
      },
    });
    // the library sends nothing for a handler that returns nothing
    if (result === undefined || result === null) sendStatus(response, 204);
  } catch {
    // invokeFunction has logged it; what the body sent before it failed is still on its way through the loopback
    if (isHandled) await wait(bodyDrainMs);
    if (!response.writableEnded) sendStatus(response, 500);
  }
};

const createTriggerMetadata = ({ match, url, request }: Exchange): Record<string, TypedData> => {
  const metadata: Record<string, TypedData> = {};
  for (const [name, value] of Object.entries(match.params)) metadata[name] = { string: value };
  metadata["Headers"] = { json: JSON.stringify(singleValued(request.headers)) };
  metadata["Query"] = { json: JSON.stringify(Object.fromEntries(url.searchParams)) };
  return metadata;
};

type Headers = NodeJS.Dict<string | string[]>;

/** Headers with one string each, without empty ones, as the real host gives them to a function. */
const singleValued = (headers: Headers): Record<string, string> => {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && value !== "") joined[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return joined;
};

const hopByHopHeaders = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers without those that concern one connection only: the fixed ones, and those that `connection` names. */
const endToEndHeaders = (headers: Headers): Record<string, string | string[]> => {
  const named = String(headers["connection"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopByHopHeaders.has(name) && !named.includes(name)) kept[name] = value;
  }
  return kept;
};
