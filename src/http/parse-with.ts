import type * as z from "zod";
import { AppError } from "../shared/app-error.ts";

/** Checks a value, and fails with `bad_request` naming every place where it is not as it should be. */
export const parseWith = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const named = result.error.issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  const param = result.error.issues[0]?.path.join(".");
  throw new AppError("bad_request", named.join("; "), param ? { param } : {});
};
