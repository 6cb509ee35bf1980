/**
 * Passes lines on, and sends `keepAlive` whenever none came for a while: a platform that hears
 * nothing for 230 s cuts the response.
 */
export async function* withKeepAlives(
  lines: AsyncIterable<string>,
  { keepAlive, intervalMs }: { readonly keepAlive: string; readonly intervalMs: number },
): AsyncGenerator<string> {
  const iterator = lines[Symbol.asyncIterator]();
  let next = iterator.next();
  for (;;) {
    const result = await firstOf(next, intervalMs);
    if (result === undefined) {
      yield keepAlive;
      continue;
    }
    if (result.done) return;
    next = iterator.next();
    yield result.value;
  }
}

/** The promise's value if it comes in time, else `undefined`; the promise stays open. */
export const firstOf = async <T>(promise: Promise<T>, withinMs: number): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), withinMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
