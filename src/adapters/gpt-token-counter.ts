import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import type { TokenCounter } from "../ports/tokenizer.ts";

/** o200k_base, the encoding of OpenAI's present models, and close enough for budgets of others. */
export const gptTokenCounter: TokenCounter = {
  // a file may well talk about <|endoftext|>: here it is text
  count: (text) => countTokens(text, { disallowedSpecial: new Set() }),
};
