import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "./processes.ts";
import { ingest } from "./running-app.ts";

/**
 * Fills a data folder with what the real command publishes of some knowledge. It runs once for all files of tests that
 * ask for the same: each of its runs takes the machine for three seconds, and two dozen files begin with one.
 */
export const ingestedOnce = async (knowledge: string, { DATA_DIR }: { DATA_DIR: string }): Promise<void> => {
  const run = process.env["TEST_RUN_FOLDER"];
  if (run === undefined) throw new Error("jest.config.cjs names TEST_RUN_FOLDER.");
  const published = join(run, createHash("sha256").update(knowledge).digest("hex").slice(0, 8));
  if (isFirst(`${published}-begun`)) {
    const draft = `${published}-draft`;
    const { code, err } = await ingest(knowledge, { DATA_DIR: draft });
    if (code !== 0) throw new Error(err);
    renameSync(draft, published);
  }
  if (!(await eventually(() => existsSync(published), 60_000)))
    throw new Error(`${knowledge} was not ingested.`);
  cpSync(published, DATA_DIR, { recursive: true });
};

/** Of all who make a folder one alone succeeds. */
const isFirst = (folder: string): boolean => {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
};
