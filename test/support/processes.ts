import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** Its program and arguments, with spaces between them. */
  readonly command: string;
}

/** Every engine of this machine that runs, of any parent; the newest last. */
export const listEngines = (): readonly RunningProcess[] =>
  // a small Linux has no ps
  (existsSync("/proc/self/stat") ? processesOfProc() : processesOfPs())
    .filter(({ command }) => command.includes("engine-launcher"))
    .sort((one, other) => one.pid - other.pid);

const processesOfProc = (): readonly RunningProcess[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // a zombie has no command
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ");
        // its name, in brackets, may hold anything
        const [, parent] = /^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
        return { pid: Number(pid), parent: Number(parent), command };
      } catch {
        // it ended meanwhile
        return [];
      }
    });

const processesOfPs = (): readonly RunningProcess[] =>
  execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+[^Z]\S*\s+(.*)$/.exec(line) ?? [];
      return command === undefined ? [] : { pid: Number(pid), parent: Number(parent), command };
    });

/** The engines that a process has started, by their process ids, the newest last. */
export const enginesOf = (parent: number | undefined): readonly number[] =>
  listEngines()
    .filter((engine) => engine.parent === parent)
    .map(({ pid }) => pid);

/** The newest engine of an app and where it listens. */
export const engineOf = (app: number | undefined): { readonly pid: number; readonly port: number } => {
  const engine = listEngines().findLast(({ parent }) => parent === app);
  if (!engine) throw new Error("The app has no engine.");
  return { pid: engine.pid, port: Number(/--port (\d+)/.exec(engine.command)?.[1]) };
};

/** A zombie has ended, also before its parent notices. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

/** Waits until something holds, for a bounded time; tells whether it came to hold. */
export const eventually = async (
  holds: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<boolean> => {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (await holds()) return true;
    await delay(25);
  }
  return false;
};
