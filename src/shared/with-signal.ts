/**
 * Waits for `work` no longer than `signal` allows, for libraries that take no signal.
 * The work itself goes on; its late failure is swallowed here.
 */
export const withSignal = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
