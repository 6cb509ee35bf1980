import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import {
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import type { TraceContext } from "./core-contract.ts";

/** Makes the trace of an invocation that has no caller. */
export const createTraceContext = (): TraceContext => ({
  traceParent: `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`,
  attributes: {},
});

interface TracedRequest {
  readonly functionName: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
}

/**
 * Records a request as a span through the OpenTelemetry that the app has set up, as the real host does, and returns
 * the trace of its invocation. Without OpenTelemetry in the app, nothing is recorded.
 */
export const traceRequest = ({
  functionName,
  method,
  url,
  headers,
  response,
}: TracedRequest): TraceContext => {
  const caller = readTraceContext(headers);
  const parent = caller
    ? propagation.extract(ROOT_CONTEXT, { traceparent: caller.traceParent, tracestate: caller.traceState })
    : ROOT_CONTEXT;
  const span = trace.getTracer("local-host").startSpan(
    functionName,
    {
      kind: SpanKind.SERVER,
      attributes: {
        "http.request.method": method,
        // without the query, which may hold a key
        "url.full": `${url.origin}${url.pathname}`,
        "url.path": url.pathname,
        "url.scheme": url.protocol.replace(":", ""),
        "server.address": url.hostname,
        "http.route": url.pathname,
      },
    },
    parent,
  );
  const { traceId, spanId } = span.spanContext();
  if (!span.isRecording() || !isSpanContextValid(span.spanContext())) return caller ?? createTraceContext();
  response.once("close", () => {
    span.setAttribute("http.response.status_code", response.statusCode);
    const isFailed = response.statusCode >= 500 || !response.writableFinished;
    if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  return { traceParent: `00-${traceId}-${spanId}-01`, attributes: {} };
};

/** The caller's trace; `undefined` where the caller sent no valid one. */
const readTraceContext = ({ traceparent, tracestate }: IncomingHttpHeaders): TraceContext | undefined => {
  const pattern = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;
  if (typeof traceparent !== "string" || !pattern.test(traceparent)) return undefined;
  const state = typeof tracestate === "string" ? { traceState: tracestate } : {};
  return { traceParent: traceparent, ...state, attributes: {} };
};
