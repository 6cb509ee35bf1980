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
import { createTraceContext } from "./create-trace-context.ts";

interface Report {
  readonly functionName: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Reports a request to whatever the app has set up for OpenTelemetry, as the real host does by itself,
 * and gives the trace that its invocation belongs to. Where nothing is set up, nothing is reported.
 */
export function reportRequest(
  { functionName, method, url, headers }: Report,
  response: ServerResponse,
): TraceContext {
  const caller = createTraceContext(headers);
  const parent = headers["traceparent"]
    ? propagation.extract(ROOT_CONTEXT, { traceparent: caller.traceParent, tracestate: caller.traceState })
    : ROOT_CONTEXT;
  const span = trace.getTracer("local-host").startSpan(
    functionName,
    {
      kind: SpanKind.SERVER,
      attributes: {
        "http.request.method": method,
        // without its query, where keys travel
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
  if (!span.isRecording() || !isSpanContextValid(span.spanContext())) return caller;
  response.once("close", () => {
    span.setAttribute("http.response.status_code", response.statusCode);
    if (response.statusCode >= 500 || !response.writableFinished)
      span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  return { traceParent: `00-${traceId}-${spanId}-01`, attributes: {} };
}
