import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { TraceContext } from "./core-contract.ts";

/** The trace an invocation belongs to: the caller's where it sent one, else a new one. */
export function createTraceContext(headers: IncomingHttpHeaders = {}): TraceContext {
  const { traceparent, tracestate } = headers;
  if (
    typeof traceparent === "string" &&
    /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent)
  ) {
    const state = typeof tracestate === "string" ? { traceState: tracestate } : {};
    return { traceParent: traceparent, ...state, attributes: {} };
  }
  const traceParent = `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`;
  return { traceParent, attributes: {} };
}
