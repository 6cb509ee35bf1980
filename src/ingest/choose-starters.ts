import type { KnowledgePlan } from "./read-namespaces.ts";
import type { SplitPassage } from "./split-file.ts";

const mostStarters = 4;
const longestStarter = 80;

/**
 * The questions that visitors are offered first: the owner's, or else headings that ask something,
 * each of another file. What a heading asks, its section answers.
 */
export const chooseStarters = (
  { starters, namespaces }: KnowledgePlan,
  passages: ReadonlyMap<string, readonly SplitPassage[]>,
): readonly string[] => {
  if (starters) return starters;
  const questions = new Map<string, string>();
  for (const { name } of namespaces.filter(({ role }) => role === "facts")) {
    for (const { source } of passages.get(name) ?? []) {
      const [path = "", ...heading] = source.split("#");
      const question = heading.join("#").split(" > ").at(-1) ?? "";
      if (/[?？؟]$/.test(question) && question.length <= longestStarter && !questions.has(path)) {
        questions.set(path, question);
      }
    }
  }
  return [...new Set(questions.values())].slice(0, mostStarters);
};
