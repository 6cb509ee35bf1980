import type { LogCategory, LogLevel } from "./core-contract.ts";

/** Prints `[level] message`, on standard error from warning up; the library's own debug records are dropped. */
export const writeLog = (level: LogLevel, category: LogCategory, message: string): void => {
  if (level === "none") return;
  if (category === "system" && (level === "debug" || level === "trace")) return;
  const isSerious = level === "warning" || level === "error" || level === "critical";
  (isSerious ? process.stderr : process.stdout).write(`[${level}] ${message}\n`);
};

/** The text of a thrown value for a developer's log: the stack of an error, anything else as it prints. */
export const describeError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
