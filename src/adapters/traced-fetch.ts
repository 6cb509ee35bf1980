import { fetchInSpan } from "../telemetry/fetch-in-span.ts";

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Fetches from a model's server as part of the step that is under way; each try is recorded in the telemetry with its status. */
export const tracedFetch: Fetch = (input, init) => fetchInSpan(input, init, "model_failed");
