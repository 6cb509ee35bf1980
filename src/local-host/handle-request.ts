import type { Agent, IncomingMessage, ServerResponse } from "node:http";
import { answerAdmin } from "./answer-admin.ts";
import { answerBuffered } from "./answer-buffered.ts";
import { answerEmpty } from "./answer-empty.ts";
import type { RouteTable } from "./create-route-table.ts";
import type { Limits } from "./exchange.ts";
import { findTrigger } from "./find-trigger.ts";
import { forwardRequest } from "./forward-request.ts";
import { hasKey } from "./has-key.ts";
import type { LoadedApp } from "./load-app.ts";
import { parseTarget } from "./parse-target.ts";
import { reportRequest } from "./report-request.ts";
import type { Timers } from "./start-timers.ts";

export interface RequestContext {
  readonly app: LoadedApp;
  readonly routes: RouteTable;
  readonly timers: Timers;
  readonly agent: Agent;
  readonly limits: Limits;
  readonly functionKey: string | undefined;
  readonly hasHomepage: boolean;
  readonly fallbackHost: string;
  readonly track: (run: Promise<unknown>) => void;
}

/** Answers one HTTP request: the host's own pages, or the function that its route and method name. */
export async function handleRequest(
  context: RequestContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { app, agent, limits, functionKey } = context;
  // the client may have left while the app was loading
  if (response.destroyed) return;
  const url = parseTarget(request, context.fallbackHost);
  if (!url) return answerEmpty(response, 400);
  const path = url.pathname;
  const isAllowed = functionKey === undefined || hasKey(request, url, functionKey);
  const length = Number(request.headers["content-length"] ?? 0);

  if (/^\/admin(?:\/|$)/i.test(path)) {
    if (!isAllowed) return answerEmpty(response, 401);
    const admin = { registry: app, timers: context.timers, track: context.track };
    return answerAdmin({ ...admin, bodyLimitBytes: limits.bodyBytes }, { path, request, response });
  }

  if (path === "/" && context.hasHomepage && (request.method === "GET" || request.method === "HEAD")) {
    response.writeHead(200, { "content-type": "text/plain" }).end("Your function app is up\n");
    return;
  }

  const match = context.routes.find(request.method ?? "GET", path);
  if (!match) return answerEmpty(response, 404);
  const { authLevel = "anonymous" } = findTrigger(match.registered.metadata).binding;
  if (authLevel.toLowerCase() !== "anonymous" && !isAllowed) return answerEmpty(response, 401);
  if (length > limits.bodyBytes) return answerEmpty(response, 413);

  const { name: functionName } = match.registered.metadata;
  const report = { functionName, method: request.method ?? "GET", url, headers: request.headers };
  const traceContext = reportRequest(report, response);
  const exchange = { app, agent, limits, match, url, request, response, traceContext };
  return app.httpUri === undefined ? answerBuffered(exchange) : forwardRequest(exchange, app.httpUri);
}
