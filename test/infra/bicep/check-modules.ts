import type { Expression, Module, Parameter, Template } from "./template.ts";
import { allResources, entryOf, objectOf, within } from "./template.ts";
import type { Problem, Project } from "./project.ts";
import { problemIn, templateOf } from "./project.ts";

/** Whether every module gets what it needs and nothing else, what it gives is there, and the parameter file fits. */
export const checkModules = (project: Project): readonly Problem[] => [
  ...project.templates.flatMap((template) => [
    ...template.modules.flatMap((module) => checkModule(project, template, module)),
    ...expressionsOf(template).flatMap((expression) => checkOutput(project, template, expression)),
  ]),
  ...project.templates
    .filter((template) => !isUsed(project, template))
    .map((template) => problemIn(template, { line: 1 }, "is used by no other template")),
  ...checkParameterFile(project),
];

const checkModule = (project: Project, template: Template, module: Module): readonly Problem[] => {
  const target = templateOf(project, template, module);
  if (!target) return [problemIn(template, module, `${module.path} does not exist`)];
  const params = entryOf(objectOf(module.body), "params");
  const given = (params && objectOf(params)?.entries) ?? [];
  const missing = target.parameters
    .filter(({ name, fallback }) => !fallback && !given.some((entry) => entry.name === name))
    .map(({ name }) =>
      problemIn(template, module, `${module.name} is not given ${name}, which ${module.path} needs`),
    );
  const wrong = given.flatMap((entry) => {
    const parameter = target.parameters.find(({ name }) => name === entry.name);
    if (!parameter) return [problemIn(template, entry, `${module.path} has no parameter ${entry.name}`)];
    const kind = kindOf(project, template, entry.value);
    return kind === undefined || kind === kindOfType(parameter.type)
      ? []
      : [
          problemIn(
            template,
            entry,
            `${entry.name} of ${module.path} is ${parameter.type}, and is given ${kind}`,
          ),
        ];
  });
  return [...missing, ...wrong];
};

const checkOutput = (project: Project, template: Template, expression: Expression): readonly Problem[] => {
  if (expression.kind !== "member" || expression.of.kind !== "member" || expression.of.name !== "outputs")
    return [];
  const { of } = expression.of;
  const module = template.modules.find(({ name }) => of.kind === "name" && of.name === name);
  const target = module && templateOf(project, template, module);
  return !target || target.outputs.some(({ name }) => name === expression.name)
    ? []
    : [problemIn(template, expression, `${module.path} has no output ${expression.name}`)];
};

const checkParameterFile = ({ templates, parameterFile }: Project): readonly Problem[] => {
  const parameters: readonly Parameter[] =
    templates.find(({ file }) => file === "main.bicep")?.parameters ?? [];
  const named = new Set(parameterFile.variables.map(({ name }) => name));
  return [
    ...parameterFile.variables
      .filter((given) => !parameters.some(({ name }) => name === given.name))
      .map((given) => problemIn(parameterFile, given, `main.bicep has no parameter ${given.name}`)),
    ...parameters
      .filter(({ name, fallback }) => !fallback && !named.has(name))
      .map(({ name }) => problemIn(parameterFile, { line: 1 }, `main.bicep needs ${name}`)),
    ...parameterFile.variables
      .flatMap(({ value }) => within(value))
      .filter(
        (part) => part.kind === "call" && part.name === "readEnvironmentVariable" && part.given.length < 2,
      )
      .map((part) =>
        problemIn(
          parameterFile,
          part,
          "readEnvironmentVariable() without a default fails where the variable is not set",
        ),
      ),
  ];
};

const expressionsOf = (template: Template): readonly Expression[] =>
  [
    ...allResources(template).map(({ body }) => body),
    ...template.modules.map(({ body }) => body),
    ...[...template.variables, ...template.outputs].map(({ value }) => value),
  ].flatMap(within);

const isUsed = (project: Project, template: Template): boolean =>
  template.file === "main.bicep" ||
  project.templates.some((caller) =>
    caller.modules.some((module) => templateOf(project, caller, module) === template),
  );

type Kind = "text" | "number" | "truth" | "list" | "object";

const kindOfType = (type: string): Kind => {
  if (type.endsWith("[]")) return "list";
  if (type.startsWith("{")) return "object";
  return type === "int" ? "number" : type === "bool" ? "truth" : "text";
};

/** What an expression is, where that is plain. */
const kindOf = (project: Project, template: Template, expression: Expression): Kind | undefined => {
  switch (expression.kind) {
    case "text":
    case "number":
    case "truth":
    case "list":
    case "object":
      return expression.kind;
    case "choice":
      return expression.branches.map((branch) => kindOf(project, template, branch)).find(Boolean);
    case "name": {
      const parameter = template.parameters.find(({ name }) => name === expression.name);
      if (parameter) return kindOfType(parameter.type);
      const variable = template.variables.find(({ name }) => name === expression.name);
      return variable && kindOf(project, template, variable.value);
    }
    case "member": {
      if (expression.of.kind !== "member" || expression.of.name !== "outputs") return undefined;
      const { of } = expression.of;
      const module = template.modules.find(({ name }) => of.kind === "name" && of.name === name);
      const output =
        module && templateOf(project, template, module)?.outputs.find(({ name }) => name === expression.name);
      return output && kindOfType(output.type);
    }
    default:
      return undefined;
  }
};
