import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exampleSettings, settingsTable } from "../config/describe-settings.ts";
import { appRoot } from "../shared/app-root.ts";
import { runCommand } from "./support/run-command.ts";

/** `npm run settings`: writes what is made from the settings' schema anew, after the schema changed. */
void runCommand(async () => {
  const readme = join(appRoot(), "README.md");
  const text = await readFile(readme, "utf8");
  const table = `<!-- settings -->\n${settingsTable()}\n<!-- /settings -->`;
  await writeFile(
    readme,
    text.replace(/<!-- settings -->[\s\S]*<!-- \/settings -->/, () => table),
  );
  await writeFile(join(appRoot(), "local.settings.example.json"), exampleSettings());
  return 0;
});
