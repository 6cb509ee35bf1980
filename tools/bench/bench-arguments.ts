import { parseArgs } from "node:util";
import * as z from "zod";
import { AppError, messageOf } from "../../src/shared/app-error.ts";

const whole = (least: number, most: number): z.ZodType<number, string> =>
  z.string().regex(/^\d+$/, "must be a whole number").transform(Number).pipe(z.number().min(least).max(most));

const argumentsSchema = z.object({
  sizes: z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .pipe(z.array(whole(1, 20_000))),
  questions: whole(1, 500),
  json: z.string().min(1).optional(),
});

/** Reads the bench's words. Fails with `bad_request`. */
export const readBenchArguments = (): z.infer<typeof argumentsSchema> => {
  try {
    const { values } = parseArgs({
      options: {
        sizes: { type: "string", default: "100,1000,10000" },
        questions: { type: "string", default: "200" },
        json: { type: "string" },
      },
    });
    const result = argumentsSchema.safeParse(values);
    if (result.success) return result.data;
    throw new Error(
      result.error.issues.map(({ path, message }) => `--${path.join(".")} ${message}`).join("; "),
    );
  } catch (error) {
    const usage = "Usage: npm run bench -- [--sizes 100,1000] [--questions 200] [--json file]";
    throw new AppError("bad_request", `${messageOf(error)}\n${usage}`, { cause: error });
  }
};
