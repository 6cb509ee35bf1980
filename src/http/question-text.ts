import * as z from "zod";

const maxCharacters = 8_000;

/** Text as a visitor may send it. */
export const visitorText = z
  .string()
  .max(maxCharacters, `must have at most ${maxCharacters} characters`)
  .refine((text) => text.isWellFormed(), "holds half of a surrogate pair, which is no text");

/** Text that asks something. */
export const questionText = visitorText.refine((text) => text.trim() !== "", "must not be empty");
