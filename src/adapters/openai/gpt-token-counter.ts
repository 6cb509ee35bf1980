import type { TokenCounter } from "../../ports/tokenizer.ts";
import type * as o200kBase from "./o200k-base.ts";

let encoding: typeof o200kBase | undefined;

/**
 * o200k_base, the encoding of OpenAI's present models, and close enough for budgets of others. Its
 * vocabulary takes a fifth of a second to read, at the first text: with the local embedder, a first answer needs none.
 */
export const gptTokenCounter: TokenCounter = {
  count: (text) => {
    // eslint-disable-next-line typescript/no-require-imports -- a bundle of its own, and counting cannot wait
    encoding ??= require("./o200k-base.ts") as typeof o200kBase;
    // a file may well talk about <|endoftext|>: here it is text
    return encoding.countTokens(text, { disallowedSpecial: new Set() });
  },
};
