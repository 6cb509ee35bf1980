import type * as z from "zod";
import { settings } from "../../../src/config/settings.ts";
import type { Entry, Template } from "./template.ts";
import { entryOf, objectOf, textOf } from "./template.ts";
import type { Problem, Project } from "./project.ts";
import { problemIn, resolve, resourcesOf } from "./project.ts";

/** Settings of the platform, which the app does not read. */
const platformSettings = new Set([
  "AzureWebJobsStorage__credential",
  "AzureWebJobsStorage__clientId",
  "AzureWebJobsStorage__blobServiceUri",
  "AzureWebJobsStorage__tableServiceUri",
  "AzureWebJobsDisableHomepage",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  "SHARE_KEY",
  "ORT_DISABLE_TELEMETRY",
]);

/** What an app on Azure cannot do without: on its read-only disk, say, there is no `.data`. */
const requiredSettings = [
  ...platformSettings,
  "AZURE_CLIENT_ID",
  "DATA_DIR",
  "SNAPSHOT_DIR",
  "SWAP",
  "FUNCTION_KEY",
  "LLM",
];

/** Settings that only the app may read. With local sign-in off, the connection string opens nothing. */
export const isSecret = (name: string): boolean =>
  /(?:KEYS?|SECRET|PASSWORD|CONNECTION_STRING)$/.test(name) &&
  name !== "APPLICATIONINSIGHTS_CONNECTION_STRING";

/** The app's settings, as the templates write them out. */
export const settingsIn = (
  project: Project,
): { readonly template: Template; readonly entries: readonly Entry[] } | undefined => {
  const config = resourcesOf(project, "Microsoft.Web/sites/config").find(
    ({ resource }) => textOf(entryOf(objectOf(resource.body), "name")) === "appsettings",
  );
  const properties = config && entryOf(objectOf(config.resource.body), "properties");
  if (!properties) return undefined;
  const objects = properties.kind === "call" ? properties.given : [properties];
  return { template: config.template, entries: objects.flatMap((object) => objectOf(object)?.entries ?? []) };
};

/** Every setting is one that the app or the platform knows, with a value it takes, and none is missing. */
export const checkSettings = (project: Project): readonly Problem[] => {
  const found = settingsIn(project);
  if (!found) return [{ file: "modules/app.bicep", line: 1, text: "sets no settings of the app" }];
  const { template, entries } = found;
  return [
    ...entries.flatMap((entry) => checkSetting(project, template, entry)),
    ...requiredSettings
      .filter((name) => !entries.some((entry) => entry.name === name && textOf(entry.value) !== ""))
      .map((name) => problemIn(template, { line: entries[0]?.line ?? 1 }, `the setting ${name} is missing`)),
  ];
};

const checkSetting = (project: Project, template: Template, entry: Entry): readonly Problem[] => {
  const { name, value } = entry;
  if (!(name in settings)) {
    return platformSettings.has(name)
      ? []
      : [
          problemIn(
            template,
            entry,
            `the setting ${name} is none of src/config/settings.ts, nor of the platform`,
          ),
        ];
  }
  const { schema } = settings[name as keyof typeof settings];
  return resolve(project, template, value)
    .map(textOf)
    .filter((text): text is string => text !== undefined && text !== "" && !text.startsWith("@"))
    .flatMap((text) => {
      const { error } = (schema as z.ZodType).safeParse(text);
      return error
        ? [
            problemIn(
              template,
              entry,
              `the setting ${name} '${text}' ${error.issues[0]?.message ?? "is wrong"}`,
            ),
          ]
        : [];
    });
};
