import type { Canary } from "../../ports/generation.ts";
import type { Answer } from "./ask-app.ts";

export interface Expected {
  readonly namespace: string;
  /** Without one, which a style never has, the namespace only has to have been searched. */
  readonly canary: Canary | undefined;
  /** A model is to word the answer. */
  readonly worded: boolean;
}

/** What is wrong with an answer, as far as one namespace goes; `undefined` when it is well. */
export const judgeAnswer = (
  { message, context }: Answer,
  { namespace, canary, worded }: Expected,
): string | undefined => {
  const search = context.thoughts.find(({ title }) => title === `search ${namespace}`);
  if (!search) return "it was not searched";
  if (search.props.failed === true) return "it could not be searched";
  if (!canary) return undefined;
  const asked = `"${canary.question}"`;
  if (message.content.trim() === "") return `the answer to ${asked} is empty`;
  if (context.mode === "refused") return `${asked} was refused`;
  const found = context.data_points.text.filter(
    (text, place) => context.citations[place]?.namespace === namespace && text.includes(canary.expect),
  );
  if (found.length === 0) return `no source of it says "${canary.expect}" to ${asked}`;
  return worded && context.mode !== "generated" ? `no model worded the answer to ${asked}` : undefined;
};
