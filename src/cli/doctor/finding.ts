/** What one check has found. */
export interface Finding {
  /** `warning`: it works, but not as its owner may think. `skipped`: it could not be looked at, or need not. */
  readonly mark: "ok" | "warning" | "wrong" | "skipped";
  /** What was looked at, in a word or two. */
  readonly what: string;
  readonly found: string;
  /** How to fix it. */
  readonly remedy?: string;
}

/** Looks at one thing. What it throws is what is wrong. */
export type Check = () => Promise<readonly Finding[]>;

export const ok = (what: string, found: string): Finding => ({ mark: "ok", what, found });

export const skipped = (what: string, found: string): Finding => ({ mark: "skipped", what, found });

export const warning = (what: string, found: string, remedy: string): Finding => ({
  mark: "warning",
  what,
  found,
  remedy,
});

export const wrong = (what: string, found: string, remedy: string): Finding => ({
  mark: "wrong",
  what,
  found,
  remedy,
});
