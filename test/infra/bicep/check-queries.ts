import { objectOf, textOf } from "./template.ts";
import type { Expression } from "./template.ts";
import type { Problem, Project } from "./project.ts";
import { problemIn } from "./project.ts";

const operationsFile = "modules/operations.bicep";

/** Every query is loaded, under its own name, and what names queries names ones that are there. */
export const checkQueries = ({ templates, files }: Project): readonly Problem[] => {
  const operations = templates.find(({ file }) => file === operationsFile);
  if (!operations) return [{ file: operationsFile, line: 1, text: "is missing" }];
  const variable = (name: string): Expression | undefined =>
    operations.variables.find((candidate) => candidate.name === name)?.value;
  const queries = objectOf(variable("queries") ?? { kind: "list", line: 1, items: [] })?.entries ?? [];
  const rules = objectOf(variable("rules") ?? { kind: "list", line: 1, items: [] })?.entries ?? [];
  const stored = [...files.keys()]
    .filter((file) => file.endsWith(".kql"))
    .map((file) => file.slice("queries/".length, -".kql".length));
  const loaded = new Set(queries.map(({ name }) => name));
  const workbook = files.get("workbook.json") ?? "";
  return [
    ...stored
      .filter((name) => !loaded.has(name))
      .map((name) => problemIn(operations, { line: 1 }, `queries/${name}.kql is not loaded`)),
    ...queries
      .filter(({ name, value }) => !isLoad(value, `../queries/${name}.kql`) || !stored.includes(name))
      .map((entry) => problemIn(operations, entry, `${entry.name} does not load queries/${entry.name}.kql`)),
    ...rules
      .filter(({ name }) => !loaded.has(`alert-${name}`))
      .map((entry) =>
        problemIn(operations, entry, `the alert ${entry.name} has no query alert-${entry.name}`),
      ),
    ...defaultAlerts({ templates })
      .filter((name) => !rules.some((rule) => rule.name === name))
      .map((name) => problemIn(operations, { line: 1 }, `there is no alert ${name}`)),
    ...[...workbook.matchAll(/"query": "@([\w-]+)"/g)]
      .map(([, name = ""]) => name)
      .filter((name) => !loaded.has(name))
      .map((name) => ({ file: "workbook.json", line: 1, text: `there is no query ${name}` })),
    ...[...workbook.matchAll(/"query": "(?!@)/g)].map(() => ({
      file: "workbook.json",
      line: 1,
      text: "has a query of its own: it belongs into queries/",
    })),
  ];
};

const isLoad = (value: Expression, path: string): boolean =>
  value.kind === "call" && value.name === "loadTextContent" && textOf(value.given[0]) === path;

const defaultAlerts = ({ templates }: Pick<Project, "templates">): readonly string[] => {
  const fallback = templates
    .find(({ file }) => file === "main.bicep")
    ?.parameters.find(({ name }) => name === "alerts")?.fallback;
  return fallback?.kind === "list" ? fallback.items.flatMap((item) => textOf(item) ?? []) : [];
};
