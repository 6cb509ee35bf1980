import type { HttpHandler } from "@azure/functions";
import type { AppAccess } from "../app/lazy-app.ts";
import type { Route } from "./route.ts";
import { createRouteHandler } from "./route-handler.ts";

/** Serves a route as a function of the Azure Functions library. */
export const serve = (route: Route, access: AppAccess): HttpHandler => {
  const handle = createRouteHandler(route, access);
  return ({ method, url, headers, query, params, body }, { invocationId, traceContext }) =>
    handle(
      { method, url, headers, query, params, body: body as AsyncIterable<Uint8Array> | null },
      { requestId: invocationId, traceParent: traceContext?.traceParent },
    );
};
