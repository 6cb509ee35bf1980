const allowed = new Set(["http:", "https:", "mailto:", "tel:"]);

/** The address of a link that may be followed; `undefined` for scripts, data and relative paths. */
export const safeAddress = (address: string): string | undefined => {
  try {
    const url = new URL(address);
    return allowed.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
};
