import type { ErrorCode } from "../shared/app-error.ts";
import { nextBackoffMs, withJitter } from "../shared/backoff.ts";

const firstBackoffMs = 500;
const maxBackoffMs = 60_000;

/** These end without a new publication, and looking again is cheap, while visitors get stale answers. */
const transientErrors: ReadonlySet<ErrorCode> = new Set(["disk_full", "snapshot_unavailable"]);
const maxTransientBackoffMs = 1_000;

/** After a transient fault, poll fast for this long so that stale answers end soon. */
const fastPollForMs = 60_000;
const fastPollEveryMs = 500;

/** What failed when the served generation was last compared with `CURRENT`. Times are milliseconds of one clock. */
export interface SwapFailures {
  /** The generation that could not be opened, and when it may be tried again. */
  readonly opening?: { readonly generation: string; readonly backoffMs: number; readonly retryAt: number };
  /** When the transient fault began that has not ended since. */
  readonly transientSince?: number;
}

export const noFailures: SwapFailures = {};

interface Failure {
  /** `undefined` where `CURRENT` itself could not be read. */
  readonly generation: string | undefined;
  readonly code: ErrorCode;
  readonly now: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** Adds a failure: the same generation is left alone twice as long as before, for a transient fault a second at most. */
export const afterFailure = (failures: SwapFailures, failure: Failure): SwapFailures => {
  const { generation, code, now, random } = failure;
  const isTransient = transientErrors.has(code);
  const maxMs = isTransient ? maxTransientBackoffMs : maxBackoffMs;
  const previousMs = failures.opening?.generation === generation ? (failures.opening?.backoffMs ?? 0) : 0;
  const backoffMs = nextBackoffMs(previousMs, { firstMs: firstBackoffMs, maxMs });
  const opening = generation
    ? { generation, backoffMs, retryAt: now + withJitter(backoffMs, random) }
    : failures.opening;
  return {
    ...(opening && { opening }),
    ...(isTransient && { transientSince: failures.transientSince ?? now }),
  };
};

/** Whether a generation may be opened now; one that failed waits for the end of its pause. */
export const mayOpen = ({ opening }: SwapFailures, generation: string, now: number): boolean =>
  opening?.generation !== generation || now >= opening.retryAt;

interface Polling {
  /** How often `CURRENT` is read while all is well. */
  readonly refreshMs: number;
  /** The served store cannot repair itself. */
  readonly isBroken: boolean;
  readonly now: number;
}

/** How long to wait from one look at `CURRENT` to the next. */
export const pollEveryMs = (
  { transientSince }: SwapFailures,
  { refreshMs, isBroken, now }: Polling,
): number => {
  const isRecent = transientSince !== undefined && now - transientSince < fastPollForMs;
  return isRecent || isBroken ? Math.min(refreshMs, fastPollEveryMs) : refreshMs;
};
