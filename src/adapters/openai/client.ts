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

export interface Patience {
  /** How long one try may take. */
  readonly timeoutMs: number;
  readonly maxRetries: number;
  /** How long a wait that the server asks for may be, to be sat out. */
  readonly longestWaitMs: number;
  /** A response that has more fails. */
  readonly maxResponseBytes: number;
}

/**
 * A client for one model of OpenAI, Azure OpenAI, Ollama or another server like them. To be made once
 * a model and process: it remembers how long the model wants to be left alone.
 */
export const createOpenAiClient = (
  { baseUrl, apiKey }: OpenAiServer,
  { timeoutMs, maxRetries, longestWaitMs, maxResponseBytes }: Patience,
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
    fetch: createPacedFetch({ longestWaitMs, fetch: createBoundedFetch(tracedFetch, maxResponseBytes) }),
    logLevel: "off",
  });
