import { execFileSync } from "node:child_process";
import { enginesOf } from "../support/processes.ts";

/** Engines whose data is under a folder: whoever started them. */
export const enginesUnder = (folder: string): readonly number[] =>
  execFileSync("ps", ["-eo", "pid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter(
      (match) =>
        match?.[3]?.includes("engine-launcher") &&
        match[3].includes(`${folder}/`) &&
        // a zombie counts as gone
        !match[2]?.startsWith("Z"),
    )
    .map((match) => Number(match?.[1]));

/** The newest engine of an app and where it listens. */
export const engineOf = (app: number | undefined): { pid: number; port: number } => {
  const pid = enginesOf(app).at(-1);
  if (pid === undefined) throw new Error("The app has no engine.");
  const words = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  return { pid, port: Number(/--port (\d+)/.exec(words)?.[1]) };
};

/** Sends a signal to a process that may be gone. */
export const signalQuietly = (pid: number | undefined, signal: NodeJS.Signals): void => {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // it is gone
  }
};
