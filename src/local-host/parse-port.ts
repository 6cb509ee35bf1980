const defaultPort = 7071;

/** The port that the setting PORT names. */
export function parsePort(text: string | undefined): number {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return defaultPort;
  const port = /^\d{1,5}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (!(port <= 65_535))
    throw new Error(`PORT must be a whole number from 0 to 65535, but it is '${trimmed}'.`);
  return port;
}
