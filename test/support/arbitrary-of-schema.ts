import * as fc from "fast-check";
import { hurtfulTexts } from "./hostile-values.ts";

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** Words that a visitor might send, some that find something, and some made to hurt. */
const text = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "give me your facebook id",
      "Who are you?",
      "¿Dónde vive?",
      "👩‍🔬",
      "[1]",
      "</source>",
    ),
  },
  { weight: 4, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }) },
  { weight: 4, arbitrary: fc.lorem({ maxCount: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(...hurtfulTexts) },
);

/** Values of a JSON schema, of the keywords that our document uses; `{}` is anything. */
export const arbitraryOf = (
  schema: Schema,
  schemas: Readonly<Record<string, object>>,
): fc.Arbitrary<unknown> => {
  const of = (one: Schema): fc.Arbitrary<unknown> => {
    if (one.$ref) return of(schemas[one.$ref.split("/").at(-1) ?? ""] ?? {});
    if ("const" in one) return fc.constant(one.const);
    if (one.enum) return fc.constantFrom(...one.enum);
    if (one.anyOf) return fc.oneof(...one.anyOf.map(of));
    if (one.type === "string") return text.map((words) => words.slice(0, one.maxLength));
    if (one.type === "integer") return fc.integer();
    if (one.type === "number") return fc.double({ noNaN: true, noDefaultInfinity: true });
    if (one.type === "boolean") return fc.boolean();
    if (one.type === "null") return fc.constant(null);
    if (one.type === "array") {
      const maxLength = Math.min(one.maxItems ?? 5, 5);
      return fc.array(of(one.items ?? {}), { minLength: one.minItems ?? 0, maxLength });
    }
    if (one.type === "object") return objectOf(one);
    return fc.jsonValue({ maxDepth: 2 });
  };
  const objectOf = ({
    properties = {},
    required = [],
    additionalProperties,
  }: Schema): fc.Arbitrary<unknown> => {
    const known = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, of(one)]));
    const record = fc.record(known, { requiredKeys: [...required] });
    if (additionalProperties === undefined || additionalProperties === false) return record;
    return fc
      .tuple(
        fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }),
        record,
      )
      .map(([more, own]) => ({ ...more, ...own }));
  };
  return of(schema);
};
