import type { Expression, Template } from "./template.ts";
import { allResources, entryOf, objectOf, textOf, within } from "./template.ts";
import type { Problem, Project } from "./project.ts";
import { problemIn, resolve, resourcesOf } from "./project.ts";
import { isSecret, settingsIn } from "./check-settings.ts";

const vaultReference = "@Microsoft.KeyVault(";

/** Secrets come from where they are made into the vault, and from there by reference. Keys that are not needed are off. */
export const checkSecrets = (project: Project): readonly Problem[] => [
  ...project.templates.flatMap((template) => [
    ...template.outputs
      .filter(({ value }) => revealsSecret(template, value))
      .map((output) => problemIn(template, output, `the output ${output.name} reveals a secret`)),
    ...template.parameters
      .filter(
        ({ name, secure, fallback }) =>
          fallback && textOf(fallback) !== "" && (secure || /(?:key|secret|password)$/i.test(name)),
      )
      .map((parameter) =>
        problemIn(template, parameter, `the default of ${parameter.name} is a secret in the template`),
      ),
    ...template.parameters
      .filter(({ fallback }) => fallback && within(fallback).some(isKeyCall))
      .map((parameter) => problemIn(template, parameter, `the default of ${parameter.name} is a secret`)),
    ...keysOutsideTheVault(template),
  ]),
  ...checkSecretSettings(project),
  ...checkMounts(project),
  ...checkKeyless(project),
];

const isKeyCall = (part: Expression): boolean =>
  part.kind === "call" && /^(?:list\w+|getSecret|newGuid)$/.test(part.name);

const revealsSecret = ({ parameters }: Template, value: Expression): boolean =>
  within(value).some(
    (part) =>
      isKeyCall(part) ||
      (part.kind === "name" && parameters.some(({ name, secure }) => secure && name === part.name)) ||
      (part.kind === "member" &&
        /^(?:ConnectionString|InstrumentationKey|primaryKey|secondaryKey)$/i.test(part.name)),
  );

const keysOutsideTheVault = (template: Template): readonly Problem[] =>
  [
    ...template.variables.map(({ value }) => value),
    ...template.modules.map(({ body }) => body),
    ...allResources(template)
      .filter(({ type }) => !type.startsWith("Microsoft.KeyVault/vaults/secrets@"))
      .map(({ body }) => body),
  ]
    .flatMap(within)
    .filter(isKeyCall)
    .map((call) =>
      problemIn(template, call, "a key goes from where it is made into the vault, and nowhere else"),
    );

const checkSecretSettings = (project: Project): readonly Problem[] => {
  const found = settingsIn(project);
  if (!found) return [];
  const { template, entries } = found;
  return entries
    .filter(({ name }) => isSecret(name))
    .filter(({ value }) => !resolve(project, template, value).every((one) => isReference(one)))
    .map((entry) =>
      problemIn(template, entry, `the setting ${entry.name} is a secret, and no reference to the vault`),
    );
};

const isReference = (value: Expression): boolean =>
  value.kind === "text" &&
  (value.text.startsWith(vaultReference) || (value.text === "" && value.holes.length === 0));

const checkMounts = (project: Project): readonly Problem[] =>
  resourcesOf(project, "Microsoft.Web/sites/config").flatMap(({ template, resource }) =>
    allEntries(resource.body)
      .filter(({ name }) => name === "accessKey")
      .filter(({ value }) => {
        const [, setting] = /^@AppSettingRef\((\w+)\)$/.exec(textOf(value) ?? "") ?? [];
        return !settingsIn(project)?.entries.some(({ name }) => name === setting);
      })
      .map((entry) =>
        problemIn(template, entry, "the mount's key is not taken from a setting that is there"),
      ),
  );

const allEntries = (body: Expression) =>
  within(body).flatMap((part) => (part.kind === "object" ? part.entries : []));

/** What keeps keys and passwords from opening anything. The data storage alone has a key: a mount wants it. */
const keyless: readonly (readonly [type: string, property: string, value: string])[] = [
  ["Microsoft.Insights/components", "DisableLocalAuth", "true"],
  ["Microsoft.CognitiveServices/accounts", "disableLocalAuth", "true"],
  ["Microsoft.KeyVault/vaults", "enableRbacAuthorization", "true"],
  ["Microsoft.Storage/storageAccounts", "allowBlobPublicAccess", "false"],
  ["Microsoft.Storage/storageAccounts", "supportsHttpsTrafficOnly", "true"],
  ["Microsoft.Web/sites", "httpsOnly", "true"],
  ["Microsoft.Web/sites/basicPublishingCredentialsPolicies", "allow", "false"],
];

const checkKeyless = (project: Project): readonly Problem[] => {
  const propertyOf = (body: Expression, property: string): Expression | undefined => {
    const properties = entryOf(objectOf(body), "properties");
    return properties && entryOf(objectOf(properties), property);
  };
  const isWritten = (value: Expression | undefined, wanted: string): boolean =>
    value?.kind === "truth" && value.text === wanted;
  const open = keyless.flatMap(([type, property, wanted]) =>
    resourcesOf(project, type)
      .filter(({ resource }) => !isWritten(propertyOf(resource.body, property), wanted))
      .map(({ template, resource }) =>
        problemIn(template, resource, `${resource.name}.properties.${property} has to be ${wanted}`),
      ),
  );
  const withKeys = resourcesOf(project, "Microsoft.Storage/storageAccounts")
    .filter(({ template }) => template.file !== "modules/data-storage.bicep")
    .filter(({ resource }) => !isWritten(propertyOf(resource.body, "allowSharedKeyAccess"), "false"))
    .map(({ template, resource }) => problemIn(template, resource, `${resource.name} lets account keys in`));
  return [...open, ...withKeys];
};
