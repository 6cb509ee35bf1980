import * as z from "zod";

const maxCharacters = 8_000;

/** Text of any length. */
export const wellFormedText = z
  .string()
  .refine((text) => text.isWellFormed(), "holds half of a surrogate pair, which is no text");

/** Text that asks something. */
export const questionText = wellFormedText
  .max(maxCharacters, `must have at most ${maxCharacters} characters`)
  .regex(/\S/, "must not be empty");
