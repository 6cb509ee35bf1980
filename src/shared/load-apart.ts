import { createRequire } from "node:module";
import { join } from "node:path";
import { appRoot } from "./app-root.ts";

/**
 * Reads `dist/<name>.cjs`, a part that is built into a file of its own: what not every process needs,
 * or not at once, would be read and compiled at each cold start otherwise.
 */
export const loadApart = (name: string): unknown =>
  createRequire(join(appRoot(), "package.json"))(join(appRoot(), "dist", `${name}.cjs`));
