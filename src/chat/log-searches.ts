import type { Hit } from "../ports/passage.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { messageOf, toAppError } from "../shared/app-error.ts";
import type { NamespaceResult } from "./search.ts";

/** How many hits there are of each namespace. */
export const countByNamespace = (hits: readonly Hit[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { namespace } of hits) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  return counts;
};

/** Writes the lines of the log contract: of each namespace, how many of its passages are used; then of all. */
export const logSearches = (
  telemetry: Telemetry,
  {
    namespaces,
    durationMs,
  }: { readonly namespaces: readonly NamespaceResult[]; readonly durationMs: number },
  used: ReadonlyMap<string, number>,
): void => {
  for (const { namespace, voice, durationMs: took, error } of namespaces) {
    const { name, role } = namespace;
    if (error)
      logSearchError(telemetry, `${name} collection search`, error, { namespace: name, durationMs: took });
    else {
      const count = role === "style" ? voice.length : (used.get(name) ?? 0);
      telemetry.log({
        severity: "information",
        message: `[TIMING] ${name} collection: found ${count} docs`,
        attributes: { stage: "search", namespace: name, count, durationMs: took },
      });
    }
  }
  telemetry.log({
    severity: "information",
    message: `[TIMING] Sequential vector search completed in ${(durationMs / 1_000).toFixed(3)}s`,
    attributes: { stage: "search", durationMs },
  });
};

/** A search that failed, or the engine's recovery. */
export const logSearchError = (
  telemetry: Telemetry,
  what: string,
  error: unknown,
  attributes: { readonly namespace?: string; readonly durationMs?: number } = {},
): void =>
  telemetry.log({
    severity: "error",
    message: `[ERROR] ${what} failed: ${messageOf(error)}`,
    attributes: { stage: "search", errorCode: toAppError(error, "namespace_failed").code, ...attributes },
    error,
  });
