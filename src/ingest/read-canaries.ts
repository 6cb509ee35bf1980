import * as z from "zod";
import { AppError, messageOf } from "../shared/app-error.ts";

const schema = z.array(
  z.strictObject({
    question: z.string().min(1).max(1_000),
    expect: z.string().min(1),
    namespace: z.string().min(1).optional(),
  }),
);

/** A question whose answer must be found, in a certain namespace or anywhere, or nothing is published. */
export type WantedCanary = z.infer<typeof schema>[number];

/** Reads the text of `canaries.json`; none without one. Fails with `ingest_failed`. */
export const readCanaries = (text: string | undefined): readonly WantedCanary[] => {
  if (text === undefined) return [];
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const form = '[{"question": "…", "expect": "…"}, …], each with a "namespace" where it matters';
    const why = error instanceof z.ZodError ? `it must have the form ${form}` : messageOf(error);
    throw new AppError("ingest_failed", `canaries.json is not valid: ${why}.`, { cause: error });
  }
};
