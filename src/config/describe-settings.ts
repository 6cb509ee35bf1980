import { settings } from "./settings.ts";

interface Described {
  readonly default?: string;
  readonly about: string;
}

const described = Object.entries(settings) as readonly (readonly [string, Described])[];

/** The settings as a Markdown table, for docs/settings.md. */
export const settingsTable = (): string =>
  [
    "| setting | default | what it does |",
    "|---|---|---|",
    ...described.map(([name, setting]) => {
      const fallback = setting.default === undefined ? "" : `\`${setting.default}\``;
      return `| \`${name}\` | ${fallback} | ${setting.about} |`;
    }),
  ].join("\n");

/** Every setting with its default, as `local.settings.json` wants it. */
export const exampleSettings = (): string => {
  const values = Object.fromEntries(described.map(([name, setting]) => [name, setting.default ?? ""]));
  const file = {
    IsEncrypted: false,
    Values: {
      FUNCTIONS_WORKER_RUNTIME: "node",
      AzureWebJobsStorage: "",
      // the host's own page would be in the place of the app's
      AzureWebJobsDisableHomepage: "true",
      ...values,
    },
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
};
