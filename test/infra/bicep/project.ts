import type { Expression, Module, Resource, Template } from "./template.ts";
import { allResources, entryOf, objectOf } from "./template.ts";
import type { ResourceTypes } from "./resource-types.ts";

/** The templates together, with what they are checked against. */
export interface Project {
  readonly templates: readonly Template[];
  readonly parameterFile: Template;
  readonly types: ResourceTypes;
  /** Text of other files, by their path in infra/. */
  readonly files: ReadonlyMap<string, string>;
  /** docs/deploy.md, whose table lists the roles. */
  readonly deployGuide: string;
}

export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export const problemIn = (
  { file }: Template,
  { line }: { readonly line: number },
  text: string,
): Problem => ({
  file,
  line,
  text,
});

/** The template that a module is an instance of. */
export const templateOf = (project: Project, { file }: Template, module: Module): Template | undefined => {
  const folder = file.includes("/") ? `${file.slice(0, file.lastIndexOf("/"))}/` : "";
  return project.templates.find((template) => template.file === folder + module.path);
};

/** Where resources of a type are declared. */
export const resourcesOf = (
  { templates }: Project,
  type: string,
): readonly { readonly template: Template; readonly resource: Resource }[] =>
  templates.flatMap((template) =>
    allResources(template)
      .filter((resource) => resource.type.startsWith(`${type}@`) && !resource.existing)
      .map((resource) => ({ template, resource })),
  );

/**
 * What an expression stands for: variables, parameters and outputs of modules are followed to where they
 * are written down. A parameter leads to every place that gives it.
 */
export const resolve = (
  project: Project,
  template: Template,
  expression: Expression,
): readonly Expression[] => {
  if (expression.kind === "choice")
    return expression.branches.flatMap((branch) => resolve(project, template, branch));
  if (expression.kind === "name") {
    const { name } = expression;
    const variable = template.variables.find((candidate) => candidate.name === name);
    if (variable) return resolve(project, template, variable.value);
    const parameter = template.parameters.find((candidate) => candidate.name === name);
    if (parameter)
      return givenTo(project, template, name) ?? (parameter.fallback ? [parameter.fallback] : [expression]);
  }
  if (expression.kind === "member" && expression.of.kind === "member" && expression.of.name === "outputs") {
    const { of } = expression.of;
    const module = template.modules.find(({ name }) => of.kind === "name" && of.name === name);
    const target = module && templateOf(project, template, module);
    const output = target?.outputs.find(({ name }) => name === expression.name);
    if (target && output) return resolve(project, target, output.value);
  }
  return [expression];
};

const givenTo = (
  project: Project,
  target: Template,
  parameter: string,
): readonly Expression[] | undefined => {
  const given = project.templates.flatMap((caller) =>
    caller.modules
      .filter((module) => templateOf(project, caller, module) === target)
      .flatMap((module) => {
        const parameters = entryOf(objectOf(module.body), "params");
        const value = parameters && entryOf(objectOf(parameters), parameter);
        return value ? resolve(project, caller, value) : [];
      }),
  );
  return given.length > 0 ? given : undefined;
};
