import { setTimeout as delay } from "node:timers/promises";

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

interface Options {
  /** A caller waits no longer than this for a server that asks for time. */
  readonly longestWaitMs: number;
  readonly fetch: Fetch;
}

/** A server that asks for a day is asked again long before: its quota may have been raised. */
const longestPauseMs = 600_000;

/**
 * Leaves a server alone for as long as it asks, for all callers of this process. The SDK alone would
 * ask again too early where that is over a minute, and would not tell other calls of the wait. What
 * is worth waiting for is waited for here and by the SDK's retries; else the answer is a 429 that
 * carries what is left in `retry-after-ms`.
 */
export const createPacedFetch = ({ longestWaitMs, fetch }: Options): Fetch => {
  let pausedUntil = 0;
  return async (input, init) => {
    const left = pausedUntil - performance.now();
    if (left > longestWaitMs) return withRetryHeaders(left, longestWaitMs, stillWaiting());
    if (left > 0) await delay(jittered(left), undefined, init?.signal ? { signal: init.signal } : {});
    const response = await fetch(input, init);
    const asked = askedWaitMs(response);
    if (asked === undefined) return response;
    pausedUntil = Math.max(pausedUntil, performance.now() + Math.min(asked, longestPauseMs));
    return withRetryHeaders(asked, longestWaitMs, response);
  };
};

const stillWaiting = (): Response =>
  Response.json({ error: { code: "still_waiting", message: "Not asked: it wanted time." } }, { status: 429 });

/** The SDK would not sit out more, and come back after a second instead. */
const longestRetryAfterMs = 60_000;

/** The same response with the wait, and whether to sit it out, in the two headers that the SDK looks at first. */
const withRetryHeaders = (
  waitMs: number,
  longestWaitMs: number,
  { body, status, headers }: Response,
): Response => {
  const both = new Headers(headers);
  const isSatOut = waitMs <= longestWaitMs;
  const wait = isSatOut ? Math.min(jittered(waitMs), longestRetryAfterMs) : waitMs;
  both.set("retry-after-ms", String(Math.round(wait)));
  both.set("x-should-retry", String(isSatOut));
  return new Response(body, { status, headers: both });
};

/** Those who were sent away together are not to come back together. */
const jittered = (ms: number): number => ms * (1 + Math.random() * 0.2);

const askedWaitMs = ({ status, headers }: Response): number | undefined => {
  if (status !== 429 && status !== 503) return undefined;
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  const after = headers.get("retry-after") ?? "";
  const seconds = Number.parseFloat(after);
  const wait = [milliseconds, seconds * 1_000, Date.parse(after) - Date.now()].find(Number.isFinite);
  return wait !== undefined && wait > 0 ? wait : undefined;
};
