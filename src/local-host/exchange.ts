import type { Agent, IncomingMessage, ServerResponse } from "node:http";
import type { TraceContext } from "./core-contract.ts";
import type { LoadedApp } from "./load-app.ts";
import type { RouteMatch } from "./create-route-table.ts";

export interface Limits {
  /** A response that has been silent for this long is cut, as the platform's load balancer does. */
  readonly silenceMs: number;
  readonly bodyBytes: number;
}

/** One HTTP request on its way through the host. */
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
