import * as z from "zod";
import type { PlatformFacts } from "../../health/platform-facts.ts";
import { parseJson } from "../../shared/parse-json.ts";

/** A cold start on Flex Consumption has been seen to take half a minute. */
const timeoutMs = 120_000;

const healthSchema = z.object({
  status: z.enum(["ok", "degraded", "unready"]),
  generation: z.string().optional(),
  details: z
    .looseObject({
      created: z.string().optional(),
      problem: z.string().optional(),
      answers: z.string().optional(),
      embedder: z.string().optional(),
      telemetry: z.string().optional(),
      namespaces: z
        .array(z.object({ name: z.string(), passages: z.number(), problem: z.string().optional() }))
        .optional(),
      platform: z.custom<PlatformFacts>().optional(),
    })
    .optional(),
});

export type HealthBody = z.infer<typeof healthSchema>;

export interface Question {
  readonly seconds: number;
  readonly answered: boolean;
  readonly httpStatus: number;
}

export interface Visit {
  readonly seconds: number;
  readonly aheadMs: number | undefined;
  readonly httpStatus: number;
  /** `undefined` when it was not this app that answered. */
  readonly body: HealthBody | undefined;
}

/** Fails on what is no address, or one that a key must not be sent to. */
export const parseAddress = (address: string): URL => {
  const text = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(text)) throw new Error(`${address} is no address of an app.`);
  const url = new URL(text);
  // a key would travel in the open
  if (url.protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)) {
    throw new Error(`${address} would send the function key unencrypted: use https.`);
  }
  return url;
};

export interface Called {
  readonly seconds: number;
  readonly httpStatus: number;
  /** `undefined` when it is no JSON. */
  readonly body: unknown;
}

/** Calls the app as a visitor's program does: with a body it posts, without one it gets. */
export const callApp = async (
  url: URL,
  path: string,
  apiKey: string | undefined,
  body?: object,
): Promise<Called> => {
  const startedAt = performance.now();
  const response = await fetch(new URL(path, url), {
    headers: {
      ...(body ? { "content-type": "application/json" } : {}),
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    },
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, httpStatus: response.status, body: parseJson(text) };
};

/** A search costs no model anything, and takes the way of every question up to it. */
export const askFirst = async (url: URL, apiKey: string | undefined): Promise<Question> => {
  const asked = { question: "Who is this about?" };
  const { seconds, httpStatus } = await callApp(url, "/api/search", apiKey, asked);
  return { seconds, answered: httpStatus === 200, httpStatus };
};

/** Asks the health endpoint, with the key where there is one. */
export const visitHealth = async (url: URL, functionKey: string | undefined): Promise<Visit> => {
  const startedAt = performance.now();
  const response = await fetch(new URL("/api/health", url), {
    headers: functionKey ? { "x-functions-key": functionKey } : {},
    // a page to sign in at is not the app, and must not be sent the key
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  const date = Date.parse(response.headers.get("date") ?? "");
  const parsed = healthSchema.safeParse(parseJson(text));
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    aheadMs: Number.isNaN(date) ? undefined : date - Date.now(),
    httpStatus: response.status,
    body: parsed.success ? parsed.data : undefined,
  };
};
