import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exampleSettings, settingsTable } from "../src/config/describe-settings.ts";
import { appRoot } from "../src/shared/app-root.ts";
import { defineCommand } from "../src/cli/lib/define-command.ts";
import { runCommand } from "../src/cli/lib/run-command.ts";

/** `npm run settings`: writes the table of docs/settings.md and local.settings.example.json from the schema. */
const settings = defineCommand({
  name: "npm run settings",
  description:
    "Writes the table of docs/settings.md and local.settings.example.json from the settings' schema.",
  example: "npm run settings",
  args: {},
  run: async () => {
    const page = join(appRoot(), "docs", "settings.md");
    const text = await readFile(page, "utf8");
    const table = `<!-- settings -->\n${settingsTable()}\n<!-- /settings -->`;
    await writeFile(
      page,
      text.replace(/<!-- settings -->[\s\S]*<!-- \/settings -->/, () => table),
    );
    await writeFile(join(appRoot(), "local.settings.example.json"), exampleSettings());
    return 0;
  },
});

void runCommand(settings);
