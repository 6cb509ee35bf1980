import type { RegisteredFunction, Registry } from "./core-module.ts";
import { describeError } from "./describe-error.ts";

/** Logs that a function failed, and with what. */
export function logFailure(registry: Registry, { metadata }: RegisteredFunction, error: unknown): void {
  registry.log("error", "system", `Executed '${metadata.name}' (Failed): ${describeError(error)}`);
}
