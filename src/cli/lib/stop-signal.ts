import type { AppError } from "../../shared/app-error.ts";

/** Aborted with this error when the process is asked to end, by Ctrl+C for example. */
export const stopSignal = (error: AppError): AbortSignal => {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => stop.abort(error));
  return stop.signal;
};
