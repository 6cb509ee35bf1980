import * as z from "zod";

/** `failed`: the app gave no answer or a wrong one. `unreachable`: it was not the app that was reached, if anything. */
export const selfTestOutcome = z.enum(["answered", "failed", "unreachable"]);

const result = z.object({
  namespace: z.string(),
  outcome: selfTestOutcome,
  /** In words for the owner. */
  message: z.string(),
  durationMs: z.number(),
  /** Which process answered, where it said so. */
  process: z.string().optional(),
  answerId: z.string().optional(),
});

/** One round of questions, as it is kept on the share. */
export const selfTestRun = z.object({
  format: z.literal(1),
  id: z.string(),
  /** What was served when it was asked. */
  generation: z.string().optional(),
  /** By when there should be a newer one: a failure that is older tells nothing any more. */
  goodForMs: z.number(),
  results: z.array(result),
});

export type SelfTestResult = Readonly<z.infer<typeof result>>;
export type SelfTestRun = Readonly<z.infer<typeof selfTestRun>>;
