import { setTimeout as delay } from "node:timers/promises";
import type { Lease, LiveGeneration } from "../ports/generation.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import { singleFlight } from "../shared/single-flight.ts";
import { withSignal } from "../shared/with-signal.ts";
import { openGeneration, openUsable } from "./open-usable.ts";
import type { GenerationSources, Opened } from "./open-usable.ts";
import { afterFailure, mayOpen, noFailures, pollEveryMs } from "./swap-failures.ts";

/** With `frugal`, the last searches of an old generation may take this long before it is closed under them. */
const drainTimeoutMs = 60_000;

interface Served extends Omit<Opened, "degraded"> {
  /** Why it is not the generation that should be served. */
  degraded: string | undefined;
  leases: number;
  retired: boolean;
}

interface LiveGenerationOptions extends GenerationSources {
  /** Requests look for a newer generation at most this often. */
  readonly refreshMs: number;
  /** `frugal` never has two generations open: requests wait for a swap. */
  readonly swap: "beside" | "frugal";
  readonly telemetry: Telemetry;
}

/** Keeps the current generation open for requests, and swaps to a newer one while they go on. */
export const createLiveGeneration = (options: LiveGenerationOptions): LiveGeneration => {
  const { catalog, refreshMs, telemetry } = options;
  let served: Served | undefined;
  let problem: string | undefined;
  let failures = noFailures;
  let lookedAt = 0;
  let closed = false;

  const serve = (opened: Opened): void => {
    const previous = served;
    served = { ...opened, leases: 0, retired: false };
    problem = opened.degraded;
    telemetry.log({
      severity: opened.degraded === undefined ? "information" : "warning",
      message: `Serving generation ${opened.manifest.id}${opened.degraded === undefined ? "" : `, degraded: ${opened.degraded}`}`,
      attributes: { stage: "swap", generation: opened.manifest.id },
    });
    if (previous) retire(previous);
  };

  const openFirst = async (): Promise<void> => {
    if (served) return;
    const opened = await openUsable(options);
    lookedAt = performance.now();
    if (closed) await opened.store.close({ keepCopy: true });
    else serve(opened);
  };

  /** The old generation is served until the new one is ready; with `frugal`, until the new engine is about to start. */
  const swapTo = async (generation: string): Promise<void> => {
    const beforeStart = options.swap === "frugal" ? setAside : undefined;
    const opened = await openGeneration(generation, options, beforeStart);
    if (closed) await opened.store.close({ keepCopy: true });
    else serve({ ...opened, degraded: undefined });
  };

  /** Closes the old generation but keeps its local copy, which is opened again if the new one does not start. */
  const setAside = async (): Promise<void> => {
    const old = served;
    if (!old) return;
    served = undefined;
    const end = performance.now() + drainTimeoutMs;
    while (old.leases > 0 && performance.now() < end) await delay(10);
    await old.store.close({ keepCopy: true });
  };

  const refresh = singleFlight(async () => {
    let wanted: string | undefined;
    try {
      const current = await catalog.current();
      if (closed) return;
      wanted = current?.generation ?? served?.manifest.id;
      const isServed = wanted === served?.manifest.id && served?.store.broken === undefined;
      if (wanted && !isServed) {
        if (!mayOpen(failures, wanted, performance.now())) return;
        await swapTo(wanted);
      } else if (current) {
        // it may have been opened while CURRENT could not be read, and so marked as degraded
        if (served) served.degraded = undefined;
        problem = undefined;
      } else problem = "CURRENT is missing.";
      failures = noFailures;
    } catch (error) {
      const { code } = toAppError(error);
      failures = afterFailure(failures, {
        generation: wanted,
        code,
        now: performance.now(),
        random: Math.random(),
      });
      if (served && wanted) served.degraded = messageOf(error);
      if (problem === messageOf(error)) return;
      problem = messageOf(error);
      telemetry.log({
        severity: "error",
        message: `[ERROR] generation swap failed: ${problem}`,
        attributes: { stage: "swap", errorCode: code },
        error,
      });
    }
  });

  /** With `frugal` nothing is served during a swap: a request that comes then waits for that swap and starts no other. */
  const openNow = singleFlight(async () => {
    if (options.swap === "frugal") await refresh();
    await openFirst();
  });

  const lookForNewer = ({ store }: Served): void => {
    const now = performance.now();
    if (now - lookedAt < pollEveryMs(failures, { refreshMs, isBroken: store.broken !== undefined, now }))
      return;
    lookedAt = now;
    void refresh();
  };

  const retire = (old: Served): void => {
    old.retired = true;
    if (old.leases === 0) closeQuietly(old);
  };

  const closeQuietly = ({ store }: Served): void => {
    store.close().catch((error: unknown) => {
      telemetry.log({ severity: "warning", message: `Closing a generation failed: ${messageOf(error)}` });
    });
  };

  const lend = (lent: Served): Lease => {
    lent.leases += 1;
    let held = true;
    return {
      manifest: lent.manifest,
      store: lent.store,
      passages: lent.passages,
      embedder: lent.embedder,
      degraded: lent.degraded,
      release: () => {
        if (!held) return;
        held = false;
        lent.leases -= 1;
        if (lent.retired && lent.leases === 0) closeQuietly(lent);
      },
    };
  };

  return {
    acquire: async (signal) => {
      if (!served) await withSignal(openNow(), signal);
      if (!served) throw new AppError("internal", "The app is being stopped.");
      lookForNewer(served);
      return lend(served);
    },
    problem: () => served?.store.broken ?? problem,
    close: async () => {
      closed = true;
      await served?.store.close({ keepCopy: true });
    },
  };
};
