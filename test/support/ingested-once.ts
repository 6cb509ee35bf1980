import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { ingestHere } from "./in-process-app.ts";
import { eventually } from "./processes.ts";

/** Fills a data folder with what an ingest publishes of some knowledge. It runs once for all files of a run of tests. */
export const ingestedOnce = async (knowledge: string, { DATA_DIR }: { DATA_DIR: string }): Promise<void> => {
  const run = process.env["TEST_RUN_FOLDER"];
  if (run === undefined) throw new Error("jest.config.cjs names TEST_RUN_FOLDER.");
  const published = join(run, createHash("sha256").update(knowledge).digest("hex").slice(0, 8));
  if (isFirst(`${published}-started`)) {
    const draft = `${published}-draft`;
    await ingestHere(knowledge, { DATA_DIR: draft });
    renameSync(draft, published);
  }
  if (!(await eventually(() => existsSync(published), 60_000)))
    throw new Error(`${knowledge} was not ingested.`);
  cpSync(published, DATA_DIR, { recursive: true });
};

/** Of all that make a folder, one alone succeeds. */
const isFirst = (folder: string): boolean => {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
};
