import { setTimeout as delay } from "node:timers/promises";

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

interface Pacing {
  /** The longest back-off that is waited out when the server asks for one; after a longer one the call fails. */
  readonly maxServerWaitMs: number;
  readonly fetch: Fetch;
}

/** A server that asks for a day of back-off gets a request after ten minutes: its quota may have been raised. */
const maxPauseMs = 600_000;

/**
 * Makes a fetch that keeps the back-off a server asks for, for all callers of this process. The SDK alone
 * retries too early where the back-off is over a minute, and other calls do not learn of it. A back-off
 * of at most `maxServerWaitMs` is waited out, here or by the SDK's retries; during a longer one the
 * response is a 429 with the time left in `retry-after-ms`, and no request is sent.
 */
export const createPacedFetch = ({ maxServerWaitMs, fetch }: Pacing): Fetch => {
  let pausedUntil = 0;
  return async (input, init) => {
    const left = pausedUntil - performance.now();
    if (left > maxServerWaitMs) return withRetryHeaders(left, maxServerWaitMs, notSent(left));
    if (left > 0) await delay(jittered(left), undefined, init?.signal ? { signal: init.signal } : {});
    const response = await fetch(input, init);
    const asked = askedWaitMs(response);
    if (asked === undefined) return response;
    pausedUntil = Math.max(pausedUntil, performance.now() + Math.min(asked, maxPauseMs));
    return withRetryHeaders(asked, maxServerWaitMs, response);
  };
};

const notSent = (leftMs: number): Response => {
  const message = `Request not sent: the server asked for ${Math.ceil(leftMs / 1_000)} s of back-off.`;
  return Response.json({ error: { code: "still_waiting", message } }, { status: 429 });
};

/** The SDK's limit: it retries after a second where the header asks for more. */
const maxRetryAfterMs = 60_000;

/** The same response with the back-off, and whether to wait it out, in the two headers that the SDK reads first. */
const withRetryHeaders = (
  waitMs: number,
  maxServerWaitMs: number,
  { body, status, headers }: Response,
): Response => {
  const both = new Headers(headers);
  const isSatOut = waitMs <= maxServerWaitMs;
  const wait = isSatOut ? Math.min(jittered(waitMs), maxRetryAfterMs) : waitMs;
  both.set("retry-after-ms", String(Math.round(wait)));
  both.set("x-should-retry", String(isSatOut));
  return new Response(body, { status, headers: both });
};

/** Longer by up to a fifth, so that calls refused together do not come back together. */
const jittered = (ms: number): number => ms * (1 + Math.random() * 0.2);

const askedWaitMs = ({ status, headers }: Response): number | undefined => {
  if (status !== 429 && status !== 503) return undefined;
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  const after = headers.get("retry-after") ?? "";
  const seconds = Number.parseFloat(after);
  const wait = [milliseconds, seconds * 1_000, Date.parse(after) - Date.now()].find(Number.isFinite);
  return wait !== undefined && wait > 0 ? wait : undefined;
};
