import type { HttpHandler, HttpRequest } from "@azure/functions";
import { createConsoleTelemetry } from "../adapters/console-telemetry.ts";
import type { App } from "../compose.ts";
import type { IncomingRequest, OutgoingResponse } from "../http/incoming-request.ts";
import { respond } from "../http/respond.ts";
import type { AppAccess } from "./app-access.ts";

interface Call {
  readonly app: App;
  readonly request: IncomingRequest;
  readonly requestId: string;
  /** Ends the request's work when its time is up: a caller that left is never noticed. */
  readonly signal: AbortSignal;
}

/** Makes a POST handler: the app at hand, a deadline, and every failure a response. */
export const handlePost =
  (access: AppAccess, work: (call: Call) => Promise<OutgoingResponse>): HttpHandler =>
  async (httpRequest, { invocationId: requestId }) => {
    const request = toIncomingRequest(httpRequest);
    const app = await access().catch((error: unknown) => error as Error);
    const telemetry = app instanceof Error ? createConsoleTelemetry({ format: "text" }) : app.telemetry;
    return respond({ request, requestId, telemetry }, async () => {
      if (app instanceof Error) throw app;
      return work({ app, request, requestId, signal: AbortSignal.timeout(app.config.requestTimeoutMs) });
    });
  };

const toIncomingRequest = (request: HttpRequest): IncomingRequest => ({
  method: request.method,
  url: request.url,
  headers: request.headers,
  query: request.query,
  body: request.body as AsyncIterable<Uint8Array> | null,
});
