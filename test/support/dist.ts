import { join } from "node:path";
import { repository } from "./repository.ts";

/** The built app. A story that imports this, directly or through another file, needs a build: see jest.unit.config.cjs. */
export const dist = join(repository, "dist");
