import * as z from "zod";

/** Takes any value, and is described as `schema` in documents: its reader passes over what is not as described. */
export const describedAs = (schema: z.ZodType): z.ZodType => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return z.unknown().meta(json);
};

interface Bounds {
  readonly min?: readonly [length: number, message: string];
  readonly max: readonly [length: number, message: string];
}

/**
 * A list whose length is checked before its items. Each wrong item becomes an issue in memory, and a body of 4 MB may
 * hold two million of them.
 */
export const boundedList = <T>(item: z.ZodType<T>, { min, max }: Bounds): z.ZodType<T[]> => {
  const list = z.array(describedAs(item)).max(...max);
  return (min ? list.min(...min) : list).pipe(z.array(item));
};
