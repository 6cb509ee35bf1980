import * as z from "zod";
import { AppError } from "../../src/shared/app-error.ts";

const whole = (min: number, max: number): z.ZodType<number, string> =>
  z.string().regex(/^\d+$/, "must be a whole number").transform(Number).pipe(z.number().min(min).max(max));

const argumentsSchema = z.object({
  sizes: z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .pipe(z.array(whole(1, 20_000))),
  questions: whole(1, 500),
});

/** Reads the numbers among the bench's words. Fails with `bad_request`. */
export const readBenchArguments = (values: {
  readonly sizes: string;
  readonly questions: string;
}): z.infer<typeof argumentsSchema> => {
  const result = argumentsSchema.safeParse(values);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `--${path.join(".")} ${message}`);
  throw new AppError("bad_request", problems.join("; "));
};
