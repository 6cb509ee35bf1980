import type { Usage } from "../ports/generator.ts";

/** What several calls of a model cost together, as a part of an event; nothing where none was reported. */
export const addUsage = (...calls: readonly (Usage | undefined)[]): { readonly usage?: Usage } => {
  const known = calls.filter((usage) => usage !== undefined);
  if (known.length === 0) return {};
  const sum = (of: keyof Usage): number => known.reduce((total, usage) => total + usage[of], 0);
  return { usage: { promptTokens: sum("promptTokens"), completionTokens: sum("completionTokens") } };
};
