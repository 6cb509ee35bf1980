import * as z from "zod";

export type Json = Readonly<Record<string, unknown>>;

export interface SchemaRegistry {
  /** A reference to a schema. It is named by its title, or by the first place that asks for it. */
  reference(schema: z.ZodType, name: string, io: "input" | "output"): Json;
  /** All that were asked for, by name. */
  all(): Json;
}

/** Collects the schemas of an OpenAPI document, so that each is described once. */
export const createSchemaRegistry = (): SchemaRegistry => {
  const names = new Map<z.ZodType, string>();
  const described: Record<string, Json> = {};
  return {
    reference: (schema, place, io) => {
      const name = names.get(schema) ?? schema.meta()?.title ?? place;
      if (!names.has(schema) && name in described) throw new Error(`Two schemas are named ${name}.`);
      names.set(schema, name);
      const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
      described[name] ??= json;
      return { $ref: `#/components/schemas/${name}` };
    },
    all: () => described,
  };
};
