import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fetchModule } from "./fetch-module.ts";

export interface FoundModule {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

interface Wanted {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly appRoot: string;
  readonly fetchAll: boolean;
  /** A folder for what is fetched. */
  readonly temporary: string;
}

/** Finds a module at the version of package-lock.json: among the installed ones, else at npm. */
export const findModule = async (wanted: Wanted): Promise<FoundModule> => {
  const { name, version, appRoot, fetchAll, temporary } = wanted;
  const installed = join(appRoot, "node_modules", name);
  if (!fetchAll && (await versionOf(installed)) === version) return { name, version, folder: installed };
  process.stdout.write(`Fetching ${name} ${version} …\n`);
  return { name, version, folder: await fetchModule({ ...wanted, into: temporary }) };
};

const versionOf = (folder: string): Promise<string | undefined> =>
  readFile(join(folder, "package.json"), "utf8").then(
    (text) => (JSON.parse(text) as { readonly version?: string }).version,
    () => undefined,
  );
