import { setTimeout as delay } from "node:timers/promises";
import { nextBackoffMs, withJitter } from "./backoff.ts";

/** The time that a retry goes by; tests give one that does not wait. */
export interface Clock {
  /** In milliseconds since some moment. */
  now(): number;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
}

const machineClock: Clock = {
  now: () => performance.now(),
  pause: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};

interface RetryOptions {
  /** No new try starts later than this after the first; a try that is under way then goes on. */
  readonly withinMs: number;
  /** Whether an error may not happen again; any other is thrown at once. */
  readonly isRetriable: (error: unknown) => boolean;
  /** Ends a pause between two tries. It does not reach into a try: that has to watch it too. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock | undefined;
}

/** The pause before the second try. */
const firstBackoffMs = 10;

/** The longest pause between two tries. */
const maxBackoffMs = 1_000;

/** Repeats work that failed with a retriable error, after pauses that double, and throws the last error at the end. */
export const retry = async <T>(
  work: () => Promise<T>,
  { withinMs, isRetriable, signal, clock = machineClock }: RetryOptions,
): Promise<T> => {
  const end = clock.now() + withinMs;
  for (let backoffMs = 0; ;) {
    try {
      return await work();
    } catch (error) {
      backoffMs = nextBackoffMs(backoffMs, { firstMs: firstBackoffMs, maxMs: maxBackoffMs });
      const pauseMs = withJitter(backoffMs, Math.random());
      if (!isRetriable(error) || clock.now() + pauseMs > end) throw error;
      await clock.pause(pauseMs, signal);
    }
  }
};
