import type { Expression, Template } from "./template.ts";
import { allResources, entryOf, objectOf, textOf, within } from "./template.ts";
import type { Problem, Project } from "./project.ts";
import { problemIn } from "./project.ts";

/** The roles that may be given, by Azure's ids for them. A wider one is not added by accident. */
const knownRoles: Readonly<Record<string, string>> = {
  "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
  "Storage File Data Privileged Contributor": "69566ab7-960f-475b-8e7c-b3118f30c6bd",
  "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  "Cognitive Services OpenAI User": "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
};

const rolesFile = "modules/roles.bicep";
const helperFile = "modules/role-on-model.bicep";

/** Roles are given in one module, each on one resource, and the table of docs/deploy.md has the same ones. */
export const checkRoles = (project: Project): readonly Problem[] => {
  const roles = project.templates.find(({ file }) => file === rolesFile);
  if (!roles) return [{ file: rolesFile, line: 1, text: "is missing" }];
  return [
    ...project.templates.flatMap((template) => checkAssignments(template)),
    ...checkIds(roles),
    ...compareWithGuide(project, roles),
  ];
};

const assignmentsIn = (template: Template) =>
  allResources(template).filter(({ type }) => type.startsWith("Microsoft.Authorization/roleAssignments@"));

const checkAssignments = (template: Template): readonly Problem[] =>
  assignmentsIn(template).flatMap((assignment) => [
    ...([rolesFile, helperFile].includes(template.file)
      ? []
      : [problemIn(template, assignment, `${assignment.name} is given outside ${rolesFile}`)]),
    ...(entryOf(objectOf(assignment.body), "scope")
      ? []
      : [
          problemIn(
            template,
            assignment,
            `${assignment.name} has no scope: it would hold for the whole resource group`,
          ),
        ]),
  ]);

const checkIds = (roles: Template): readonly Problem[] => {
  const table = roles.variables.find(({ name }) => name === "roles");
  const entries = (table && objectOf(table.value)?.entries) ?? [];
  return entries
    .filter(({ name, value }) => knownRoles[name] === undefined || knownRoles[name] !== textOf(value))
    .map((entry) =>
      problemIn(roles, entry, `${entry.name} is no role that may be given, or its id is another role's`),
    );
};

/** Who is given which role: `the app: Key Vault Secrets User`. */
const givenRoles = (roles: Template): readonly string[] => {
  const given = (body: Expression): readonly string[] => {
    const who = within(body).some((part) => part.kind === "name" && part.name === "appPrincipalId")
      ? "the app"
      : "who deploys";
    const names = within(body).flatMap((part) =>
      part.kind === "other" && part.parts[0]?.kind === "name" && part.parts[0].name === "roles"
        ? [textOf(part.parts[1]) ?? ""]
        : [],
    );
    return [...new Set(names)].map((name) => `${who}: ${name}`);
  };
  return [...assignmentsIn(roles), ...roles.modules].flatMap(({ body }) => given(body));
};

const compareWithGuide = ({ deployGuide }: Project, roles: Template): readonly Problem[] => {
  const [, table = ""] = /<!-- roles -->\n([\s\S]*?)<!-- \/roles -->/.exec(deployGuide) ?? [];
  const listed = [...table.matchAll(/^\| (the app|who deploys) \| ([^|]+?) \|/gm)].map(
    ([, who, role]) => `${who}: ${role}`,
  );
  const given = givenRoles(roles);
  return [
    ...given
      .filter((role) => !listed.includes(role))
      .map((role) => problemIn(roles, { line: 1 }, `docs/deploy.md lacks the role ${role}`)),
    ...listed
      .filter((role) => !given.includes(role))
      .map((role) =>
        problemIn(roles, { line: 1 }, `docs/deploy.md has the role ${role}, which is not assigned`),
      ),
  ];
};
