import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of the app's package.json, whether the code runs from `dist/` or from `src/`. */
export const appRoot = (): string => {
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
};
