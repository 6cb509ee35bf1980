import "@azure/openai/types";
import OpenAI from "openai";
import { createBoundedFetch } from "./bounded-fetch.ts";
import { createPacedFetch } from "./paced-fetch.ts";
import { tracedFetch } from "../traced-fetch.ts";

export type OpenAiClient = OpenAI;

export interface OpenAiServer {
  /** Where `/chat/completions` and `/embeddings` are: on Azure, `https://<resource>.openai.azure.com/openai/v1/`. */
  readonly baseUrl: string;
  /** A key, or what gives a token for each request; `undefined` for servers that want neither. */
  readonly apiKey: string | (() => Promise<string>) | undefined;
}

/** How long, how often and how much a model's server may take. */
export interface RetryPolicy {
  /** Deadline of one try. */
  readonly timeoutMs: number;
  readonly maxRetries: number;
  /** The longest back-off that is waited out when the server asks for one. */
  readonly maxServerWaitMs: number;
  /** A longer response fails. */
  readonly maxResponseBytes: number;
}

/**
 * Makes the client of one model of OpenAI, Azure OpenAI, Ollama or a compatible server. A process makes one
 * for each model, because the client remembers the back-off that the server asked for.
 */
export const createOpenAiClient = (
  { baseUrl, apiKey }: OpenAiServer,
  { timeoutMs, maxRetries, maxServerWaitMs, maxResponseBytes }: RetryPolicy,
): OpenAiClient =>
  new OpenAI({
    baseURL: baseUrl,
    // servers without keys still need the header to be well-formed
    apiKey: apiKey ?? "none",
    // where these are not given, the client reads settings of its own from the environment
    adminAPIKey: null,
    organization: null,
    project: null,
    timeout: timeoutMs,
    maxRetries,
    fetch: createPacedFetch({ maxServerWaitMs, fetch: createBoundedFetch(tracedFetch, maxResponseBytes) }),
    logLevel: "off",
  });
