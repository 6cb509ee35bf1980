import { join } from "node:path";

const folder = process.env["TEST_BUILD_FOLDER"] ?? "";

/** What `prepare-sources.ts` makes, for stories that run parts of the app in the test's process. */
export const prepared = {
  folder,
  model: join(folder, "all-MiniLM-L6-v2"),
  launcher: join(folder, "engine-launcher.cjs"),
};
