import type { Manifest } from "../ports/generation.ts";

/**
 * Digests of the knowledge that came with this app and with earlier ones. It is known by what it holds: owners put
 * their own files into its folder.
 */
const demos: ReadonlySet<string> = new Set([
  // of its files
  "bd6d4a6c9aa4e2b029cc4cd1c5a9744bd794369ce0629de514fc42af67b55980",
  // of a generation that names no origin, made with the default settings
  "9ef306917964c1397b9e2e69887aa5ef3c47f0cdd4c28ca4f6431b1c0de5e8a2",
]);

/** Whether a generation holds the demo knowledge, and nothing of an owner's. */
export const isDemo = ({ corpusDigest, origin }: Manifest): boolean =>
  demos.has(corpusDigest) || (origin !== undefined && demos.has(origin.files));
