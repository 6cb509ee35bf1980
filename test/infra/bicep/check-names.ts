import type { Expression } from "./template.ts";
import { allResources, partsOf } from "./template.ts";
import type { Problem, Project } from "./project.ts";
import { problemIn } from "./project.ts";

/** The functions of Bicep that templates here may use: another one is added when it is needed. */
const functions = new Set(
  (
    "any array bool concat contains createObject empty endsWith environment first format guid int items join json last length " +
    "listKeys loadJsonContent loadTextContent map max min reduce filter sort readEnvironmentVariable replace resourceGroup " +
    "resourceId skip split startsWith string subscription subscriptionResourceId substring take tenant toLower toUpper trim " +
    "union uniqueString"
  ).split(" "),
);

/** Names that are not declared, unused declarations, and lines that are no Bicep. */
export const checkNames = ({ templates, parameterFile }: Project): readonly Problem[] =>
  [...templates, parameterFile].flatMap((template) => {
    const declared = [
      ...template.parameters,
      ...template.variables,
      ...allResources(template),
      ...template.modules,
    ].map(({ name }) => name);
    const used = new Set<string>();
    const roots = [
      ...template.variables.map(({ value }) => value),
      ...template.outputs.map(({ value }) => value),
      ...template.parameters.flatMap(({ fallback }) => (fallback ? [fallback] : [])),
      ...allResources(template).map(({ body }) => body),
      ...template.modules.map(({ body }) => body),
    ];
    return [
      ...template.unreadable.map((line) =>
        problemIn(template, { line }, "is no Bicep that can be read here"),
      ),
      ...roots
        .flatMap((root) => undeclared(root, new Set(declared), used))
        .map(({ at, text }) => problemIn(template, at, text)),
      ...[...template.parameters, ...(template === parameterFile ? [] : template.variables)]
        .filter(({ name }) => !used.has(name))
        .map((unused) => problemIn(template, unused, `${unused.name} is not used`)),
    ];
  });

interface Finding {
  readonly at: Expression;
  readonly text: string;
}

const undeclared = (
  expression: Expression,
  known: ReadonlySet<string>,
  used: Set<string>,
): readonly Finding[] => {
  if (expression.kind === "name") {
    used.add(expression.name);
    return known.has(expression.name) ? [] : [{ at: expression, text: `${expression.name} is not declared` }];
  }
  const inside =
    expression.kind === "loop" || expression.kind === "function"
      ? new Set([...known, ...expression.names])
      : known;
  const found = partsOf(expression).flatMap((part) => undeclared(part, inside, used));
  return expression.kind === "call" && !functions.has(expression.name)
    ? [...found, { at: expression, text: `${expression.name}() is no function that is known here` }]
    : found;
};
