import type { Agent, IncomingMessage, ServerResponse } from "node:http";
import { sameSecret } from "../shared/same-secret.ts";
import { answerAdmin } from "./admin.ts";
import type { LoadedApp } from "./app.ts";
import { findTrigger } from "./core.ts";
import { forwardRequest } from "./forward.ts";
import type { Limits } from "./forward.ts";
import { describeError } from "./log.ts";
import type { RouteTable } from "./routes.ts";
import { sendStatus } from "./send-status.ts";
import type { Timers } from "./timers.ts";
import { traceRequest } from "./trace.ts";

export interface HttpContext {
  readonly app: LoadedApp;
  readonly routes: RouteTable;
  readonly timers: Timers;
  readonly agent: Agent;
  readonly limits: Limits;
  /** Without it, no request needs a key. */
  readonly functionKey: string | undefined;
  readonly hasHomepage: boolean;
  /** The host and port of a request's URL where the request names none. */
  readonly fallbackHost: string;
}

/** Answers one HTTP request: with a page of the host's own, or by the function for its method and path. Never rejects. */
export const handleRequest = async (
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  // the client may have left while the app was loading
  if (response.destroyed) return;
  try {
    await answer(context, request, response);
  } catch (error) {
    process.stderr.write(`[error] ${describeError(error)}\n`);
    if (!response.writableEnded) sendStatus(response, 500);
  }
};

const answer = async (
  { app, routes, timers, agent, limits, ...context }: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { method = "GET", headers } = request;
  const url = parseUrl(request, context.fallbackHost);
  if (!url) return sendStatus(response, 400);
  const path = url.pathname;
  const hasAccess = context.functionKey === undefined || carriesKey(request, url, context.functionKey);

  if (/^\/admin(?:\/|$)/i.test(path)) {
    if (!hasAccess) return sendStatus(response, 401);
    const { maxBodyBytes } = limits;
    const { status, json } = await answerAdmin({ app, timers, maxBodyBytes }, path, request);
    if (json === undefined) return sendStatus(response, status);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    return;
  }

  if (path === "/" && context.hasHomepage && (method === "GET" || method === "HEAD")) {
    response.writeHead(200, { "content-type": "text/plain" }).end("Your function app is up\n");
    return;
  }

  const match = routes.find(method, path);
  if (!match) return sendStatus(response, 404);
  const { metadata } = match.registered;
  const { authLevel = "anonymous" } = findTrigger(metadata).binding;
  if (authLevel.toLowerCase() !== "anonymous" && !hasAccess) return sendStatus(response, 401);
  if (Number(headers["content-length"] ?? 0) > limits.maxBodyBytes) return sendStatus(response, 413);

  const traceContext = traceRequest({ functionName: metadata.name, method, url, headers, response });
  return forwardRequest({ app, agent, limits, match, url, request, response, traceContext });
};

/** The URL of a request; `undefined` when its target or Host header is not valid. */
const parseUrl = (request: IncomingMessage, fallbackHost: string): URL | undefined => {
  const target = request.url ?? "/";
  const origin = `http://${request.headers.host || fallbackHost}`;
  try {
    // a target that starts with // is a path here, not another host
    return target.startsWith("/") ? new URL(origin + target) : new URL(target);
  } catch {
    return undefined;
  }
};

/** Whether a request carries the key: in the header `x-functions-key`, without that header in the query as `code`. */
const carriesKey = (request: IncomingMessage, url: URL, key: string): boolean => {
  const given = request.headers["x-functions-key"] ?? url.searchParams.get("code") ?? "";
  return sameSecret(String(given), key);
};
