import * as z from "zod";

export const maxCharacters = 8_000;

/** Text of any length. */
export const wellFormedText = z
  .string()
  .refine((text) => text.isWellFormed(), "holds half of a surrogate pair, which is no text");

/** Text as a visitor may send it. */
export const visitorText = wellFormedText.max(maxCharacters, `must have at most ${maxCharacters} characters`);

/** Text that asks something. */
export const questionText = visitorText.regex(/\S/, "must not be empty");
