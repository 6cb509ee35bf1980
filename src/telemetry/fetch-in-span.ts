import { currentTelemetry } from "./in-span.ts";

/** Fetches as part of the step that is under way, and tells the telemetry the status; `failure` names one from 400 on. */
export const fetchInSpan = async (
  input: string | URL | Request,
  init: RequestInit | undefined,
  failure: string,
): Promise<Response> => {
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  const url = input instanceof Request ? input.url : input.toString();
  const span = currentTelemetry().startSpan(`${method} ${new URL(url).pathname}`, { call: { method, url } });
  try {
    const response = await fetch(input, init);
    const { status } = response;
    span.end({ status, ...(status >= 400 ? { error: failure } : {}) });
    return response;
  } catch (error) {
    span.end({ error });
    throw error;
  }
};
