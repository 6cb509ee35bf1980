import * as z from "zod";
import { AppError, messageOf } from "../shared/app-error.ts";

const schema = z.array(z.strictObject({ question: z.string().min(1), expect: z.string().min(1) }));

/** A question whose answer must be found, or nothing is published. */
export type Canary = z.infer<typeof schema>[number];

/** Reads the text of `canaries.json`; none without one. Fails with `ingest_failed`. */
export const readCanaries = (text: string | undefined): readonly Canary[] => {
  if (text === undefined) return [];
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const form = '[{"question": "…", "expect": "…"}, …]';
    const why = error instanceof z.ZodError ? `it must have the form ${form}` : messageOf(error);
    throw new AppError("ingest_failed", `canaries.json is not valid: ${why}.`, { cause: error });
  }
};
