import type { Binding, FunctionMetadata } from "./core-contract.ts";

/** The trigger binding of a function, with its name and its type in lower case (`httptrigger`). */
export function findTrigger(metadata: FunctionMetadata): { name: string; type: string; binding: Binding } {
  for (const [name, binding] of Object.entries(metadata.bindings)) {
    const type = binding.type?.toLowerCase() ?? "";
    if (type.endsWith("trigger")) return { name, type, binding };
  }
  throw new Error(`The function '${metadata.name}' has no trigger.`);
}
