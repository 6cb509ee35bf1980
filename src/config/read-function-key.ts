import { isUnresolved } from "./is-unresolved.ts";

/** Read apart from the rest: its holder may see what is wrong with the rest. */
export const readFunctionKey = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined => {
  const key = environment["FUNCTION_KEY"]?.trim();
  return key && !isUnresolved(key) ? key : undefined;
};
