import { createHash, timingSafeEqual } from "node:crypto";

/** Whether two secrets are the same; how long it takes says nothing about where they differ. */
export const sameSecret = (given: string, expected: string): boolean =>
  timingSafeEqual(sha256(given), sha256(expected));

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();
