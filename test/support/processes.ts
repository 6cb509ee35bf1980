import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** The engines that a process has started, by their process ids. */
export const enginesOf = (parent: number | undefined): readonly number[] =>
  execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match && Number(match[2]) === parent && match[3]?.includes("engine-launcher"))
    .map((match) => Number(match?.[1]));

/** A zombie has ended, whoever is to notice it. */
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
