import { listEngines } from "../support/processes.ts";

/** Engines whose data is under a folder, of any process. */
export const enginesUnder = (folder: string): readonly number[] =>
  listEngines()
    .filter(({ command }) => command.includes(`${folder}/`))
    .map(({ pid }) => pid);

/** Sends a signal to a process that may be gone. */
export const signalQuietly = (pid: number | undefined, signal: NodeJS.Signals): void => {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // it is gone
  }
};
