/**
 * Shares one run of `work` between all callers that ask before it has ended.
 * A failure is handed to the callers of that run and forgotten: the next caller tries again.
 */
export const singleFlight = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
};
