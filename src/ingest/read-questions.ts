import * as z from "zod";
import { AppError, messageOf } from "../shared/app-error.ts";

const words = z.string().trim().min(1).max(2_000);

const questionsSchema = z
  .array(
    z.union([
      z.strictObject({ question: words, expect: words }),
      z.strictObject({ question: words, refuse: z.literal(true), near: z.boolean().optional() }),
    ]),
  )
  .max(2_000);

/** A question of the owner: what the passage must say that answers it, or that it has to be refused. */
export type OwnersQuestion = z.infer<typeof questionsSchema>[number];

/** Reads the text of `questions.json`; none without one. Fails with `ingest_failed`. */
export const readQuestions = (text: string | undefined): readonly OwnersQuestion[] => {
  if (text === undefined) return [];
  try {
    return questionsSchema.parse(JSON.parse(text));
  } catch (error) {
    const form = '[{"question": "…", "expect": "…"}, {"question": "…", "refuse": true}, …]';
    const why = error instanceof z.ZodError ? `it must have the form ${form}` : messageOf(error);
    throw new AppError("ingest_failed", `questions.json is not valid: ${why}.`, { cause: error });
  }
};
