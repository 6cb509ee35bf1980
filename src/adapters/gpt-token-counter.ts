import type { TokenCounter } from "../ports/tokenizer.ts";
import { loadApart } from "../shared/load-apart.ts";
import type * as o200kBase from "./o200k-base.ts";

let encoding: typeof o200kBase | undefined;

const encodingOnce = (): typeof o200kBase => (encoding ??= loadApart<typeof o200kBase>("o200k-base"));

/**
 * o200k_base, the encoding of OpenAI's present models, and close enough for budgets of others. Its
 * vocabulary takes a fifth of a second to read: at the first text, or before, where it is told to.
 */
export const gptTokenCounter: TokenCounter & { load(): void } = {
  load: () => void encodingOnce(),
  // a file may well talk about <|endoftext|>: here it is text
  count: (text) => encodingOnce().countTokens(text, { disallowedSpecial: new Set() }),
};
