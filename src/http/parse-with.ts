import type * as z from "zod";
import { AppError } from "../shared/app-error.ts";

const maxIssues = 10;

/** An issue repeats names of the body, which may be as long as that. */
const maxMessageCharacters = 1_000;
const maxParamCharacters = 200;

/**
 * Checks a value, and fails with `bad_request` naming every place where it is not as it should be. `at` is the path
 * of the value in the body.
 */
export const parseWith = <T>(schema: z.ZodType<T>, value: unknown, at = ""): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const places = result.error.issues
    .slice(0, maxIssues)
    .map(({ path, message }) => ({ path: [at, ...path].filter((part) => part !== "").join("."), message }));
  const words = places.map(({ path, message }) => `${path || "body"}: ${message}`).join("; ");
  const param = places[0]?.path.slice(0, maxParamCharacters).toWellFormed();
  throw new AppError(
    "bad_request",
    words.slice(0, maxMessageCharacters).toWellFormed(),
    param ? { param } : {},
  );
};
