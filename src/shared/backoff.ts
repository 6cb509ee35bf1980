interface Bounds {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The pause after one more failure: `firstMs` after the first (`previousMs` is 0), then twice the one before, up to `maxMs`. */
export const nextBackoffMs = (previousMs: number, { firstMs, maxMs }: Bounds): number =>
  Math.min(previousMs === 0 ? firstMs : previousMs * 2, maxMs);

/** A pause a quarter shorter to a quarter longer, so that processes that failed together do not retry together. */
export const withJitter = (pauseMs: number, random: number): number => pauseMs * (0.75 + random / 2);
