/** The text of a thrown value for a log line: the stack of an error, anything else as it prints. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
