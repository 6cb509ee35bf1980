import { currentTelemetry } from "../ports/in-span.ts";

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Fetches as part of the step that is under way; each try is told to the telemetry with its status. */
export const tracedFetch: Fetch = async (input, init) => {
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  const url = input instanceof Request ? input.url : input.toString();
  const span = currentTelemetry().startSpan(`${method} ${new URL(url).pathname}`, { call: { method, url } });
  try {
    const response = await fetch(input, init);
    const { status } = response;
    span.end({ status, ...(status >= 400 ? { error: "model_failed" } : {}) });
    return response;
  } catch (error) {
    span.end({ error });
    throw error;
  }
};
