import type { Namespace } from "../ports/namespace.ts";
import type { Neighbour } from "../ports/vector-store.ts";
import type { AppError } from "../shared/app-error.ts";

/** Vectors asked for in each namespace: several may be of one passage. It costs the engine no more than 5 do. */
export const neighboursPerNamespace = 20;

export interface NamespaceResult {
  readonly namespace: Namespace;
  /** The texts of a style, for the model's instructions alone: they never leave the app otherwise. */
  readonly voice: readonly string[];
  readonly durationMs: number;
  readonly error?: AppError;
}

/** A search of one namespace, as the engine answered it. */
export interface Search extends NamespaceResult {
  readonly neighbours: readonly Neighbour[];
}
