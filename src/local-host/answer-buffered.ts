import { randomUUID } from "node:crypto";
import { answerEmpty } from "./answer-empty.ts";
import type { Exchange } from "./exchange.ts";
import { invokeFunction } from "./invoke-function.ts";
import { joinHeaders } from "./join-headers.ts";
import { keepEndToEndHeaders } from "./keep-end-to-end-headers.ts";
import { logFailure } from "./log-failure.ts";
import { readBody } from "./read-body.ts";
import { serializeCookie } from "./serialize-cookie.ts";
import { toBytes } from "./to-bytes.ts";
import type { HttpData } from "./core-contract.ts";

/** Answers a request of an app that did not turn streaming on: the whole body in, the whole body out. */
export async function answerBuffered(exchange: Exchange): Promise<void> {
  const { app, limits, match, request, response } = exchange;
  const silence = setTimeout(() => answerEmpty(response, 504), limits.silenceMs);
  try {
    const body = await readBody(request, limits.bodyBytes);
    if (!body) return answerEmpty(response, 413);
    const outcome = await invokeFunction({
      registry: app,
      registered: match.registered,
      invocationId: randomUUID(),
      data: { http: createHttpData(exchange, body) },
      triggerMetadata: {},
      traceContext: exchange.traceContext,
    });
    const http = outcome.response.returnValue?.http;
    if (response.headersSent || response.destroyed) return;
    if (http) writeAnswer(exchange, http);
    else answerEmpty(response, 204);
  } catch (error) {
    if (request.errored) return;
    logFailure(app, match.registered, error);
    if (!response.writableEnded) answerEmpty(response, 500);
  } finally {
    clearTimeout(silence);
  }
}

function createHttpData({ match, url, request }: Exchange, body: Uint8Array): HttpData {
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    query[name] = name in query ? `${query[name]},${value}` : value;
  }
  return {
    method: request.method ?? "GET",
    url: url.href,
    headers: joinHeaders(request.headers),
    query,
    params: match.params,
    ...(body.length > 0 ? { body: { bytes: body } } : {}),
  };
}

function writeAnswer({ request, response }: Exchange, http: HttpData): void {
  const status = Number(http.statusCode ?? 200);
  const body = toBytes(http.body);
  const headers = keepEndToEndHeaders({ ...http.headers });
  const cookies = (http.cookies ?? []).map(serializeCookie);
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  if (status !== 204 && status !== 304 && request.method !== "HEAD") {
    headers["content-length"] = String(body.length);
  }
  response.writeHead(status, headers).end(body);
}
