import { setTimeout as delay } from "node:timers/promises";
import type { VectorEngine } from "../ports/vector-engine.ts";
import { messageOf } from "../shared/app-error.ts";
import { nextBackoffMs, withJitter } from "../shared/backoff.ts";
import { withSignal } from "../shared/with-signal.ts";
import type { EngineProcess } from "./engine-process.ts";

const heartbeatEveryMs = 1_000;
const heartbeatTimeoutMs = 1_000;

/** One missed heartbeat may be a machine that is busy. */
const maxMissedHeartbeats = 2;

/** The second restart in a row waits this long, each further one twice as long as the one before. */
const firstBackoffMs = 200;
const maxBackoffMs = 5_000;

/** An engine that has run this long was sound: what ends it then is a new trouble. */
const soundAfterMs = 10_000;

/** So many crashes without a sound run between them are a loop. */
const maxCrashesInARow = 3;

interface Supervision {
  readonly url: string;
  readonly first: EngineProcess;
  readonly launch: (signal: AbortSignal) => Promise<EngineProcess>;
  /** Called when it runs again. */
  readonly onRestart: () => void;
}

/** Restarts an engine that exits or hangs, with pauses that double, until it is stopped. */
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
    // a caller that waits for it gets the error; there may be none
    ready.catch(() => undefined);
  };

  const relaunch = async (): Promise<void> => {
    for (;;) {
      // the first restart is at once: most engines die of something that does not happen again
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
  /** An engine that stays up is sound again. */
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
      // right after its end the exit event has not come yet: only an answer tells
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

/** Ends an engine that misses its heartbeats; what happens then is what happens after any exit. */
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
