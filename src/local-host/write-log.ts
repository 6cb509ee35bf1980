import type { LogCategory, LogLevel } from "./core-contract.ts";

/** Prints a log record as `[level] message`, on standard error from warning up; the host's own chatter is dropped. */
export function writeLog(level: LogLevel, category: LogCategory, message: string): void {
  if (level === "none") return;
  if (category === "system" && (level === "debug" || level === "trace")) return;
  const isSerious = level === "warning" || level === "error" || level === "critical";
  (isSerious ? process.stderr : process.stdout).write(`[${level}] ${message}\n`);
}
