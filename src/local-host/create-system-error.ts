/** Makes an error the library recognises as the host's own, not the app's. */
export function createSystemError(message: string, kind: typeof Error | typeof RangeError = Error): Error {
  return Object.assign(new kind(message), { isAzureFunctionsSystemError: true });
}
