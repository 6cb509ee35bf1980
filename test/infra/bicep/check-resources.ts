import type { Expression, ObjectExpression, Resource, Template } from "./template.ts";
import { allResources, objectOf, textOf } from "./template.ts";
import type { Problem, Project } from "./project.ts";
import { problemIn } from "./project.ts";
import type { ObjectShape, Property, Shape } from "./resource-types.ts";

/** What a resource has whatever its type. */
const ofAnyResource = new Set(["parent", "scope", "dependsOn"]);

interface Place {
  readonly project: Project;
  readonly template: Template;
  /** Where in the resource, for the reader: `app.properties.siteConfig`. */
  readonly path: string;
}

/** Every resource against Azure's type data: type and version, and its properties at every depth. */
export const checkResources = (project: Project): readonly Problem[] =>
  project.templates.flatMap((template) =>
    allResources(template).flatMap((resource) => checkResource(project, template, resource)),
  );

const checkResource = (project: Project, template: Template, resource: Resource): readonly Problem[] => {
  const shape = project.types.resources[resource.type];
  if (shape === undefined) {
    return [
      problemIn(
        template,
        resource,
        `${resource.type} is not in the type data (test/fixtures/bicep-types.json; npm run bicep:types)`,
      ),
    ];
  }
  const body = objectOf(resource.body);
  if (!body) return [problemIn(template, resource, `${resource.name} is no object`)];
  const own = { ...body, entries: body.entries.filter(({ name }) => !ofAnyResource.has(name)) };
  const place = { project, template, path: resource.name };
  if (resource.existing) {
    const others = own.entries.filter(({ name }) => name !== "name");
    return others.map((entry) =>
      problemIn(template, entry, `${resource.name} exists: it can be given no ${entry.name}`),
    );
  }
  return check(place, own, shape);
};

const check = (place: Place, expression: Expression, written: Shape): readonly Problem[] => {
  const { project, template } = place;
  const shape = typeof written === "number" ? (project.types.shapes[written] ?? "anything") : written;
  const wrong = (text: string): readonly Problem[] => [
    problemIn(template, expression, `${place.path} ${text}`),
  ];
  switch (expression.kind) {
    case "choice":
      return expression.branches.flatMap((branch) => check(place, branch, shape));
    case "loop":
    case "list": {
      if (shape === "anything") return [];
      if (typeof shape !== "object" || !("list" in shape))
        return wrong(`is a list and should be ${describe(shape)}`);
      const items = expression.kind === "loop" ? [expression.body] : expression.items;
      return items.flatMap((item, index) =>
        check({ ...place, path: `${place.path}[${index}]` }, item, shape.list),
      );
    }
    case "only-if":
      return check(place, expression.body, shape);
    case "name": {
      const variable = template.variables.find(({ name }) => name === expression.name);
      if (variable) return check(place, variable.value, shape);
      const parameter = template.parameters.find(({ name }) => name === expression.name);
      return parameter && !fits(parameter.type, shape, project)
        ? wrong(`is ${parameter.type} and should be ${describe(shape)}`)
        : [];
    }
    case "call": {
      // whatever else is put together, what is written out here has to be right
      if (expression.name !== "union") return [];
      return expression.given.flatMap((given) =>
        given.kind === "object" ? checkObject(place, given, shape, false) : [],
      );
    }
    case "object":
      return checkObject(place, expression, shape, true);
    case "text":
    case "number":
    case "truth":
      return literalFits(expression, shape, project)
        ? []
        : wrong(`is ${sayLiteral(expression)} and should be ${describe(shape)}`);
    default:
      return [];
  }
};

const checkObject = (
  place: Place,
  object: ObjectExpression,
  shape: Shape,
  whole: boolean,
): readonly Problem[] => {
  const { template, path } = place;
  const known = objectShape(place, object, shape);
  if (known === "anything") return [];
  if (typeof known === "string") return [problemIn(template, object, `${path} ${known}`)];
  const names = new Set(object.entries.map(({ name }) => name));
  const missing = Object.entries(known.properties)
    .filter(([name, { required }]) => whole && required && !names.has(name))
    .map(([name]) => problemIn(template, object, `${path} has no ${name}`));
  const own = object.entries.flatMap((entry) => {
    const inner = `${path}.${entry.name}`;
    const property: Property | undefined =
      known.properties[entry.name] ?? (known.others === undefined ? undefined : { shape: known.others });
    if (entry.holes.length > 0)
      return known.others === undefined ? [] : check({ ...place, path: inner }, entry.value, known.others);
    if (!property) return [problemIn(template, entry, `${inner} does not exist`)];
    if (property.readOnly && !property.required)
      return [problemIn(template, entry, `${inner} can only be read`)];
    return check({ ...place, path: inner }, entry.value, property.shape);
  });
  return [...missing, ...own];
};

/** The shape that an object has to have; words, where there is none. */
const objectShape = (
  place: Place,
  object: ObjectExpression,
  written: Shape,
): ObjectShape | "anything" | (string & {}) => {
  const shape = typeof written === "number" ? (place.project.types.shapes[written] ?? "anything") : written;
  if (shape === "anything") return shape;
  if (typeof shape === "object" && "cases" in shape) {
    const value = object.entries.find(({ name }) => name === shape.by)?.value;
    const chosen = textOf(value);
    const found = chosen === undefined ? undefined : shape.cases[chosen];
    if (found === undefined)
      return `has ${shape.by} ${chosen ?? "that is not written out"}, not one of ${Object.keys(shape.cases).join(", ")}`;
    const rest = objectShape(place, object, found);
    return typeof rest === "string"
      ? rest
      : { ...rest, properties: { ...shape.properties, ...rest.properties } };
  }
  return typeof shape === "object" && "properties" in shape
    ? shape
    : `is an object and should be ${describe(shape)}`;
};

const alternatives = (shape: Shape, project: Project): readonly Shape[] => {
  if (typeof shape === "number") return alternatives(project.types.shapes[shape] ?? "anything", project);
  return typeof shape === "object" && "oneOf" in shape
    ? shape.oneOf.flatMap((one) => alternatives(one, project))
    : [shape];
};

const literalFits = (
  { kind, text, ...rest }: Extract<Expression, { readonly text: string }>,
  shape: Shape,
  project: Project,
): boolean =>
  alternatives(shape, project).some((one) => {
    if (one === "anything") return true;
    if (kind !== "text") return one === kind;
    const computed = "holes" in rest && rest.holes.length > 0;
    return (
      one === "text" || (typeof one === "object" && "literal" in one && (computed || one.literal === text))
    );
  });

/** Whether what a parameter is declared as can be what is wanted; where that is not plain, it can. */
const fits = (type: string, shape: Shape, project: Project): boolean =>
  alternatives(shape, project).some((one) => {
    if (one === "anything") return true;
    if (type.endsWith("[]")) return typeof one === "object" && "list" in one;
    if (type.startsWith("{")) return typeof one === "object" && ("properties" in one || "cases" in one);
    if (type === "int") return one === "number";
    if (type === "bool") return one === "truth";
    return one === "text" || (typeof one === "object" && "literal" in one);
  });

const sayLiteral = ({ kind, text }: { readonly kind: string; readonly text: string }): string =>
  kind === "text" ? `'${text}'` : text;

const describe = (shape: Shape): string => {
  if (typeof shape === "string") return shape;
  if (typeof shape === "number") return "an object";
  if ("literal" in shape) return `'${shape.literal}'`;
  if ("oneOf" in shape) return shape.oneOf.map(describe).join(" or ");
  return "list" in shape ? "a list" : "an object";
};
