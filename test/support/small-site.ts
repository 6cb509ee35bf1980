import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { writeKnowledge } from "./knowledge-folder.ts";
import { ingestHere, openApp } from "./in-process-app.ts";
import type { InProcessApp } from "./in-process-app.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Makes apps that serve a few files each. */
export const smallSites = (): ((files: Readonly<Record<string, string>>) => Promise<InProcessApp>) => {
  const work = temporaryFolder();
  return async (files) => {
    const [folder, data] = [mkdtempSync(join(work, "files-")), mkdtempSync(join(work, "data-"))];
    writeKnowledge(folder, files);
    await ingestHere(folder, { DATA_DIR: data });
    return openApp({ DATA_DIR: data });
  };
};
