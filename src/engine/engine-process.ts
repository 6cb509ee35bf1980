import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../shared/app-error.ts";

/** Time from SIGTERM to SIGKILL. */
const usualGraceMs = 1_500;

const bindingNotLoaded = 78;

/**
 * Each collection is read into a block of 16 MB, and page faults of 4 kB take most of the engine's start. glibc from
 * 2.35 uses huge pages with this variable if the system allows it; every other C library ignores it.
 */
const hugePages = { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" };

export interface EngineProcess {
  readonly pid: number | undefined;
  readonly running: boolean;
  readonly exited: Promise<void>;
  /** Resolves when the engine answers. Fails with `engine_unavailable` when it exits or is too slow. */
  ready(signal: AbortSignal): Promise<void>;
  /** Stops the engine, with SIGKILL after `graceMs`. */
  stop(options?: { readonly graceMs: number }): Promise<void>;
}

interface Launch {
  readonly launcher: string;
  readonly binding: string;
  readonly folder: string;
  readonly port: number;
  /** The engine's whole environment: it holds no setting of the app and no secret. */
  readonly environment: Readonly<Record<string, string>>;
}

/** One run of the engine, from launch to exit. */
export const launchEngine = ({ launcher, binding, folder, port, environment }: Launch): EngineProcess => {
  const words = ["run", "--path", folder, "--port", String(port), "--host", "127.0.0.1"];
  const child = spawn(process.execPath, [launcher, binding, ...words], {
    // the engine stops when this pipe closes, and so when this process is gone
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...environment, ...hugePages },
  });
  child.stdin?.on("error", () => undefined);
  const said = lastWords(child);
  let failure: AppError | undefined;
  child.once("error", (error) => (failure = cannotStart(error.message, error)));
  child.once("exit", (code, signalName) => {
    failure ??=
      code === bindingNotLoaded
        ? cannotLoad(binding, said())
        : cannotStart(said() || String(code ?? signalName));
  });
  const running = (): boolean => !failure && child.exitCode === null && child.signalCode === null;

  const exited = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });

  return {
    pid: child.pid,
    exited,
    get running() {
      return running();
    },
    ready: async (signal) => {
      while (!(await answers(port, signal))) {
        if (failure) throw failure;
        await delay(20, undefined, { signal });
      }
      if (!running()) throw failure ?? cannotStart("it exited at once");
    },
    stop: async ({ graceMs } = { graceMs: usualGraceMs }) => {
      if (!running()) return;
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await exited;
      clearTimeout(kill);
    },
  };
};

const answers = async (port: number, signal: AbortSignal): Promise<boolean> => {
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(1_000)]);
    return (await fetch(`http://127.0.0.1:${port}/api/v2/heartbeat`, { signal: deadline })).ok;
  } catch {
    signal.throwIfAborted();
    return false;
  }
};

/** The last line of the engine's error stream, the only place where it says why it exited. */
const lastWords = (child: ChildProcess): (() => string) => {
  let tail = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (tail = (tail + text).slice(-2_000)));
  return () => tail.trim().split("\n").at(-1) ?? "";
};

const wayOut = "To use a Chroma server elsewhere, set CHROMA_MODE=server and CHROMA_URL.";

const cannotLoad = (binding: string, why: string): AppError =>
  new AppError(
    "engine_unavailable",
    `The Chroma engine ${binding} does not load on this machine: ${why}. ${wayOut}`,
  );

const cannotStart = (why: string, cause?: unknown): AppError =>
  new AppError("engine_unavailable", `The Chroma engine did not start: ${why}. ${wayOut}`, { cause });
