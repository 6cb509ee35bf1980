const pending: (() => void)[] = [];

/** Is done when the scene or the suite ends, whatever ends it; the last one first. Gives a way to do it now. */
export const atEnd = (work: () => void): (() => void) => {
  const once = (): void => {
    const index = pending.indexOf(once);
    if (index < 0) return;
    pending.splice(index, 1);
    work();
  };
  pending.push(once);
  return once;
};

/** Gives a way to do all that is registered from now on, at the end of a scene. */
export const openScope = (): (() => void) => {
  const before = pending.length;
  return () => {
    for (const work of pending.slice(before).toReversed()) doQuietly(work);
  };
};

/** One that fails does not keep the others from being done. */
const doQuietly = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    process.stderr.write(`Cleaning up failed: ${String(error)}\n`);
  }
};

/** Ties the work to the end of this process: its own, a Ctrl-C, or an error. */
export const cleanUpOnExit = (): void => {
  process.on("exit", () => {
    for (const work of pending.toReversed()) doQuietly(work);
  });
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => process.exit(code));
  }
};
