/* Built into a file of its own: its vocabulary is larger than the rest of the app. */
export { countTokens } from "gpt-tokenizer/encoding/o200k_base";
