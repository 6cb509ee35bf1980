import { singleFlight } from "./single-flight.ts";

/** Makes a value at first use and keeps it; a failure is not kept, so that the next use tries again. */
export const lazily = <T>(
  make: () => Promise<T>,
): (() => Promise<T>) & { readonly made: () => T | undefined } => {
  let made: { readonly value: T } | undefined;
  const makeOnce = singleFlight(async () => {
    made = { value: await make() };
    return made.value;
  });
  return Object.assign(async () => (made ? made.value : makeOnce()), { made: () => made?.value });
};
