import { setTimeout as delay } from "node:timers/promises";
import type { GenerationServer, Lease } from "../ports/generation.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import type { ErrorCode } from "../shared/app-error.ts";
import { singleFlight } from "../shared/single-flight.ts";
import { withSignal } from "../shared/with-signal.ts";
import { openGeneration, openUsable } from "./open-usable.ts";
import type { Opened, OpenTools } from "./open-usable.ts";

/** A generation that could not be opened is left alone for so long, then twice as long, … */
const firstPauseMs = 500;
const longestPauseMs = 60_000;

/** What may be over any moment is cheap to look at, and visitors get old answers meanwhile. */
const longestPauseOfPassingMs = 1_000;
const passing: ReadonlySet<ErrorCode> = new Set(["disk_full", "snapshot_unavailable"]);

/** So long after it began, what may be over any moment is looked at often: old answers do not outlive it. */
const soonOverMs = 60_000;

/** How long, with `frugal`, the last searches of an old generation may take before it is closed under them. */
const drainTimeoutMs = 60_000;

interface Served extends Omit<Opened, "degraded"> {
  /** Why it is not what should be served. */
  degraded: string | undefined;
  leases: number;
  retired: boolean;
}

interface Options extends OpenTools {
  /** How often, at most, a request looks whether something newer was published. */
  readonly refreshMs: number;
  /** `frugal` never has two generations open: requests wait for a swap. */
  readonly swap: "beside" | "frugal";
  readonly telemetry: Telemetry;
}

/** Serves the current generation, and swaps to a newer one beside the requests that go on. */
export const createGenerationServer = (options: Options): GenerationServer => {
  const { catalog, refreshMs, telemetry } = options;
  let served: Served | undefined;
  let problem: string | undefined;
  /** When what may be over any moment began. */
  let passingSince: number | undefined;
  let lookedAt = 0;
  let closed = false;
  /** The generation that could not be opened last, and when it may be tried again. */
  let failed = { generation: "", pauseMs: 0, until: 0 };

  const serve = (opened: Opened): Served => {
    const next: Served = { ...opened, leases: 0, retired: false };
    const previous = served;
    served = next;
    problem = opened.degraded;
    telemetry.log({
      severity: opened.degraded === undefined ? "information" : "warning",
      message: `Serving generation ${opened.manifest.id}${opened.degraded === undefined ? "" : `, degraded: ${opened.degraded}`}`,
      attributes: { stage: "swap", generation: opened.manifest.id },
    });
    if (previous) retire(previous);
    return next;
  };

  const openFirst = async (): Promise<void> => {
    if (served) return;
    const opened = await openUsable(options);
    lookedAt = performance.now();
    if (closed) await opened.store.close({ keepCopy: true });
    else serve(opened);
  };

  /**
   * What is served stays until its successor is ready; with `frugal`, until that is about to be started.
   * Gives `false` where it is not yet time to try again.
   */
  const swapTo = async (generation: string): Promise<boolean> => {
    if (generation === failed.generation && performance.now() < failed.until) return false;
    try {
      const opened = await openGeneration(
        generation,
        options,
        options.swap === "frugal" ? setAside : undefined,
      );
      if (closed) await opened.store.close({ keepCopy: true });
      else serve({ ...opened, degraded: undefined });
      failed = { generation: "", pauseMs: 0, until: 0 };
      return true;
    } catch (error) {
      const again = generation === failed.generation ? failed.pauseMs * 2 : firstPauseMs;
      const most = passing.has(toAppError(error).code) ? longestPauseOfPassingMs : longestPauseMs;
      const pauseMs = Math.min(again, most);
      failed = { generation, pauseMs, until: performance.now() + pauseMs * (0.75 + Math.random() / 2) };
      if (served) served.degraded = messageOf(error);
      throw error;
    }
  };

  /** Its copy stays: should the next one not start after all, this one is opened again. */
  const setAside = async (): Promise<void> => {
    const old = served;
    if (!old) return;
    served = undefined;
    const end = performance.now() + drainTimeoutMs;
    while (old.leases > 0 && performance.now() < end) await delay(10);
    await old.store.close({ keepCopy: true });
  };

  const refresh = singleFlight(async () => {
    try {
      const current = await catalog.current();
      if (closed) return;
      const wanted = current?.generation ?? served?.manifest.id;
      if (wanted && (wanted !== served?.manifest.id || served.store.broken !== undefined)) {
        if (!(await swapTo(wanted))) return;
      } else if (current) {
        // it is the right one, also where that could not be seen when it was opened
        if (served) served.degraded = undefined;
        problem = undefined;
      } else problem = "CURRENT is missing.";
      passingSince = undefined;
    } catch (error) {
      passingSince = passing.has(toAppError(error).code) ? (passingSince ?? performance.now()) : undefined;
      if (problem === messageOf(error)) return;
      problem = messageOf(error);
      telemetry.log({
        severity: "error",
        message: `[ERROR] generation swap failed: ${problem}`,
        attributes: { stage: "swap", errorCode: toAppError(error).code },
        error,
      });
    }
  });

  /** With `frugal` nothing is served during a swap: who waits for one joins it, and begins no other. */
  const openNow = singleFlight(async () => {
    if (options.swap === "frugal") await refresh();
    await openFirst();
  });

  const lookForNewer = ({ store }: Served): void => {
    const now = performance.now();
    const soonOver = passingSince !== undefined && now - passingSince < soonOverMs;
    const everyMs = soonOver || store.broken !== undefined ? Math.min(refreshMs, firstPauseMs) : refreshMs;
    if (now - lookedAt < everyMs) return;
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
