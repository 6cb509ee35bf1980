import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Property, ResourceTypes, Shape } from "./resource-types.ts";

/*
 * npm run bicep:types -- <folder>: keeps what the templates need of Azure's type data. The folder has files
 * of github.com/Azure/bicep-types-az, one a provider and API version, under any name that ends on .json.
 */
const infra = join(import.meta.dirname, "..", "..", "..", "infra");
const target = join(import.meta.dirname, "..", "..", "fixtures", "bicep-types.json");

interface Reference {
  readonly $ref: string;
}

interface AzureType {
  readonly $type: string;
  readonly name?: string;
  readonly value?: string;
  readonly body?: Reference;
  readonly itemType?: Reference;
  readonly elements?: readonly Reference[] | Readonly<Record<string, Reference>>;
  readonly discriminator?: string;
  readonly properties?: AzureProperties;
  readonly baseProperties?: AzureProperties;
  readonly additionalProperties?: Reference;
}

type AzureProperties = Readonly<Record<string, { readonly type: Reference; readonly flags: number }>>;

const primitives: Readonly<Record<string, Shape>> = {
  StringType: "text",
  IntegerType: "number",
  BooleanType: "truth",
  AnyType: "anything",
};

/** All types that the templates name: declared at the top, or nested in another resource. */
const typesInUse = (): ReadonlySet<string> => {
  const files = [
    join(infra, "main.bicep"),
    ...readdirSync(join(infra, "modules")).map((file) => join(infra, "modules", file)),
  ];
  const used = new Set<string>();
  for (const file of files) {
    const open: { indent: number; type: string; version: string }[] = [];
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const [, space = "", name = ""] = /^(\s*)resource \w+ '([^']+)'/.exec(line) ?? [];
      if (!name) continue;
      while ((open.at(-1)?.indent ?? -1) >= space.length) open.pop();
      const parent = open.at(-1);
      const [type = "", version = parent?.version ?? ""] = name.split("@");
      const full = parent ? `${parent.type}/${type}` : type;
      open.push({ indent: space.length, type: full, version });
      used.add(`${full}@${version}`);
    }
  }
  return used;
};

const readTypes = (folder: string, used: ReadonlySet<string>): ResourceTypes => {
  const resources: Record<string, Shape> = {};
  const shapes: Shape[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const types = JSON.parse(readFileSync(join(folder, file), "utf8")) as AzureType[];
    const placed = new Map<number, number>();
    const shapeOf = ({ $ref }: Reference): Shape => {
      const index = Number($ref.slice(2));
      const type = types[index] as AzureType;
      const simple = primitives[type.$type];
      if (simple) return simple;
      if (type.$type === "StringLiteralType") return { literal: type.value ?? "" };
      const known = placed.get(index);
      if (known !== undefined) return known;
      const place = shapes.push("anything") - 1;
      placed.set(index, place);
      shapes[place] = largerShape(type);
      return place;
    };
    const propertiesOf = (properties: AzureProperties = {}): Record<string, Property> =>
      Object.fromEntries(
        Object.entries(properties).map(([name, { type, flags }]) => {
          const readOnly = (flags & 2) !== 0;
          const property: Property = {
            shape: readOnly ? "anything" : shapeOf(type),
            ...((flags & 1) !== 0 ? { required: true } : {}),
            ...(readOnly ? { readOnly: true } : {}),
          };
          return [name, property];
        }),
      );
    const largerShape = (type: AzureType): Shape => {
      switch (type.$type) {
        case "UnionType":
          return { oneOf: (type.elements as readonly Reference[]).map(shapeOf) };
        case "ArrayType":
          return { list: shapeOf(type.itemType as Reference) };
        case "ObjectType":
          return {
            properties: propertiesOf(type.properties),
            ...(type.additionalProperties ? { others: shapeOf(type.additionalProperties) } : {}),
          };
        case "DiscriminatedObjectType":
          return {
            by: type.discriminator ?? "",
            properties: propertiesOf(type.baseProperties),
            cases: Object.fromEntries(
              Object.entries(type.elements ?? {}).map(([value, element]) => [value, shapeOf(element)]),
            ),
          };
        default:
          throw new Error(`${file} has a type of a kind that is new: ${type.$type}`);
      }
    };
    for (const type of types) {
      if (type.$type === "ResourceType" && type.name && type.body && used.has(type.name))
        resources[type.name] = shapeOf(type.body);
    }
  }
  return { resources, shapes };
};

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("Usage: npm run bicep:types -- <folder with files of bicep-types-az>");
const used = typesInUse();
const types = readTypes(folder, used);
const missing = [...used].filter((type) => types.resources[type] === undefined);
if (missing.length > 0) throw new Error(`${folder} does not have ${missing.join(", ")}`);
// a line a shape, for readable differences
const lines = types.shapes.map((shape) => JSON.stringify(shape)).join(",\n");
writeFileSync(target, `{"resources":${JSON.stringify(types.resources)},\n"shapes":[\n${lines}\n]}\n`);
process.stdout.write(`${target}: ${used.size} resource types\n`);
