/** A value that outlives the page, for as long as its tab is open or for good. */
export interface Kept<T> {
  readonly get: () => T | undefined;
  readonly set: (value: T | undefined) => void;
}

/** Keeps a value as JSON where the browser lets it; where it doesn't, until the page is left. */
export const keep = <T>(name: string, storage: () => Storage): Kept<T> => {
  let fallback: T | undefined;
  return {
    get: () => {
      try {
        const text = storage().getItem(name);
        return text === null ? fallback : (JSON.parse(text) as T);
      } catch {
        return fallback;
      }
    },
    set: (value) => {
      fallback = value;
      try {
        if (value === undefined) storage().removeItem(name);
        else storage().setItem(name, JSON.stringify(value));
      } catch {
        // full, or forbidden
      }
    },
  };
};
