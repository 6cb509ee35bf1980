import type { Canary } from "../../ports/generation.ts";
import type { Answer } from "./ask-app.ts";

/**
 * What is wrong with an answer, as far as one namespace goes; `undefined` when it is well. Without a
 * canary, which a style never has, it only has to have been searched.
 */
export const judgeAnswer = (
  { message, context }: Answer,
  namespace: string,
  canary: Canary | undefined,
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
  return found.length > 0 ? undefined : `no source of it says "${canary.expect}" to ${asked}`;
};
