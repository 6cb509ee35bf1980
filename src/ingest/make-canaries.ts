import type { Canary } from "../ports/generation.ts";
import type { AskTools } from "./ask-canaries.ts";
import type { KnowledgePlan } from "./read-namespaces.ts";
import type { SplitPassage } from "./split-file.ts";

const longestQuestion = 200;
const longestExpected = 80;

/** How many passages of a namespace are tried. */
const mostTries = 10;

interface Job {
  readonly plan: KnowledgePlan;
  readonly passages: ReadonlyMap<string, readonly SplitPassage[]>;
  /** What is asked already. */
  readonly canaries: readonly Canary[];
}

/**
 * Makes a question for every namespace of facts that has none written for it: a passage's own words, which
 * find it again. A namespace without a passage that does gets none.
 */
export const makeCanaries = async (
  { plan, passages, canaries }: Job,
  tools: AskTools,
): Promise<readonly Canary[]> => {
  const made: Canary[] = [];
  for (const namespace of plan.namespaces) {
    const { name, role } = namespace;
    if (role === "style" || canaries.some((canary) => canary.namespace === name)) continue;
    const elsewhere = [...passages].flatMap(([other, all]) => (other === name ? [] : all));
    const candidates = spread(passages.get(name) ?? []).map((passage) => canaryOf(name, passage));
    for (const canary of candidates) {
      const { question, expect } = canary;
      // else an answer could quote the other one
      if (expect === "" || elsewhere.some(({ text }) => text.includes(expect))) continue;
      const hits = await tools.find(question, [namespace]);
      if (!hits.some(({ text }) => text.includes(expect))) continue;
      made.push(canary);
      break;
    }
  }
  return made;
};

/** Some of them, of all parts of the namespace. */
const spread = (passages: readonly SplitPassage[]): readonly SplitPassage[] => {
  const step = Math.max(1, Math.floor(passages.length / mostTries));
  return passages.filter((_, place) => place % step === 0).slice(0, mostTries);
};

const canaryOf = (namespace: string, { wordings, text }: SplitPassage): Canary => ({
  namespace,
  question: beginning((wordings[0]?.texts[0] ?? "").replaceAll(/\s+/g, " ").trim(), longestQuestion),
  expect: beginning(text.split("\n").find((line) => line.trim() !== "") ?? "", longestExpected),
});

/** Up to the last blank that fits, and never half a character. */
const beginning = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const blank = text.lastIndexOf(" ", most);
  return text.slice(0, blank > 0 ? blank : most).replace(/[\uD800-\uDBFF]$/, "");
};
