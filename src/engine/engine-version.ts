import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The version of an installed engine package, `0.0.0` when there is none. */
export const engineVersion = (binding: string, appRoot: string): string => {
  try {
    const file = createRequire(join(appRoot, "package.json")).resolve(`${binding}/package.json`);
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  } catch {
    return "0.0.0";
  }
};
