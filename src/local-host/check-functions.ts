import type { RegisteredFunction } from "./core-module.ts";
import { findTrigger } from "./find-trigger.ts";

/** Refuses the function names and routes that the real host refuses. */
export function checkFunctions(functions: readonly RegisteredFunction[]): void {
  const names = new Set<string>();
  for (const { metadata } of functions) {
    const { name } = metadata;
    const { type, binding } = findTrigger(metadata);
    if (!/^[a-z][\w-]{0,127}$/i.test(name) || name.toLowerCase() === "host") {
      throw new Error(
        `The function name '${name}' is invalid: it must start with a letter, hold only letters, digits, - and _, and not be 'host'.`,
      );
    }
    if (isReserved(name)) {
      throw new Error(`The function '${name}' has a reserved name: it starts with 'admin' or 'runtime'.`);
    }
    if (type === "httptrigger" && isReserved(binding.route ?? name)) {
      throw new Error(
        `The function '${name}' has a reserved route: '${binding.route}' starts with 'admin' or 'runtime'.`,
      );
    }
    if (names.has(name.toLowerCase())) {
      throw new Error(`The function '${name}' is registered twice (names are case-insensitive).`);
    }
    names.add(name.toLowerCase());
  }
}

function isReserved(nameOrRoute: string): boolean {
  return /^\/*(?:admin|runtime)/i.test(nameOrRoute);
}
