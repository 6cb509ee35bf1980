import { setTimeout as delay } from "node:timers/promises";

interface Bounds {
  /** No new try begins after this. */
  readonly withinMs: number;
  readonly retryable: (error: unknown) => boolean;
  readonly signal?: AbortSignal;
}

const firstPauseMs = 10;
const longestPauseMs = 1_000;

/** Tries again what failed for a reason that may pass, after pauses that double, with jitter, for a bounded time. */
export const retry = async <T>(
  work: () => Promise<T>,
  { withinMs, retryable, signal }: Bounds,
): Promise<T> => {
  const end = performance.now() + withinMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      const wait = pause * (0.5 + Math.random());
      if (!retryable(error) || performance.now() + wait > end) throw error;
      await delay(wait, undefined, signal ? { signal } : {});
    }
  }
};
