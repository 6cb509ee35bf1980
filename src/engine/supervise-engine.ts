import { setTimeout as delay } from "node:timers/promises";
import type { VectorEngine } from "../ports/vector-engine.ts";
import { messageOf } from "../shared/app-error.ts";
import { nextBackoffMs, withJitter } from "../shared/backoff.ts";
import { withSignal } from "../shared/with-signal.ts";
import type { EngineProcess } from "./engine-process.ts";

const heartbeatEveryMs = 1_000;
const heartbeatTimeoutMs = 1_000;

/** After this many missed heartbeats in a row the engine counts as hung; a busy machine may miss one. */
const maxMissedHeartbeats = 2;

/** The second restart in a row waits this long, each further one twice as long as the one before. */
const firstBackoffMs = 200;
const maxBackoffMs = 5_000;

/** After this long a run counts as sound, and the next crash as the first. */
const soundAfterMs = 10_000;

/** More crashes than this without a sound run are reported as trouble. */
const maxCrashesInARow = 3;

interface Supervision {
  readonly url: string;
  readonly first: EngineProcess;
  readonly launch: (signal: AbortSignal) => Promise<EngineProcess>;
  /** Called after each restart. */
  readonly onRestart: () => void;
}

/** Restarts an engine that exits or hangs, after pauses that double, until it is stopped. */
export const superviseEngine = ({ url, first, launch, onRestart }: Supervision): VectorEngine => {
  const stopped = new AbortController();
  let current = first;
  let ready: Promise<void> = Promise.resolve();
  let crashes = 0;
  let backoffMs = 0;
  let trouble: string | undefined;

  const watch = async (engine: EngineProcess): Promise<void> => {
    const began = performance.now();
    void endWhenHung(engine, url, stopped.signal);
    await engine.exited;
    if (stopped.signal.aborted) return;
    if (performance.now() - began > soundAfterMs) crashes = 0;
    ready = relaunch();
    // callers of ready() get the error; without a caller it must not count as unhandled
    ready.catch(() => undefined);
  };

  const relaunch = async (): Promise<void> => {
    for (;;) {
      // no pause before the first restart: most crashes do not repeat
      backoffMs =
        crashes === 0 ? 0 : nextBackoffMs(backoffMs, { firstMs: firstBackoffMs, maxMs: maxBackoffMs });
      await delay(withJitter(backoffMs, Math.random()), undefined, { signal: stopped.signal });
      crashes += 1;
      trouble = crashes > maxCrashesInARow ? `the engine exited ${crashes} times in a row` : undefined;
      try {
        current = await launch(stopped.signal);
        void watch(current);
        void forgetTrouble(current);
        onRestart();
        return;
      } catch (error) {
        stopped.signal.throwIfAborted();
        trouble = messageOf(error);
      }
    }
  };
  /** Clears the reported trouble once the engine has stayed up. */
  const forgetTrouble = async (engine: EngineProcess): Promise<void> => {
    const wait = delay(soundAfterMs, undefined, { signal: stopped.signal, ref: false });
    await wait.catch(() => undefined);
    if (engine !== current || !engine.running) return;
    crashes = 0;
    trouble = undefined;
  };
  void watch(first);

  return {
    url,
    get pid() {
      return current.pid;
    },
    get trouble() {
      return trouble;
    },
    ready: async (signal) => {
      const until = AbortSignal.any([signal, stopped.signal]);
      // after a crash the exit event may still be on its way, so only an answer proves that the engine runs
      for (;;) {
        await withSignal(ready, until);
        if (await beats(url)) return;
        await delay(20, undefined, { signal: until });
      }
    },
    stop: async () => {
      stopped.abort();
      await ready.catch(() => undefined);
      await current.stop();
    },
  };
};

/** Stops an engine that misses its heartbeats; its exit then leads to a restart, as any exit does. */
const endWhenHung = async (engine: EngineProcess, url: string, signal: AbortSignal): Promise<void> => {
  for (let misses = 0; engine.running && !signal.aborted;) {
    await delay(heartbeatEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (!engine.running || signal.aborted) return;
    misses = (await beats(url)) ? 0 : misses + 1;
    if (misses >= maxMissedHeartbeats) await engine.stop({ graceMs: 0 });
  }
};

const beats = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/api/v2/heartbeat`, { signal: AbortSignal.timeout(heartbeatTimeoutMs) })).ok;
  } catch {
    return false;
  }
};
