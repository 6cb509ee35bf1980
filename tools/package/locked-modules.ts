import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { AppError } from "../../src/shared/app-error.ts";

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

interface LockedModule {
  readonly version: string;
  /** The hash of its tarball, as npm writes it: `sha512-…`. */
  readonly integrity: string;
}

/** Tells which version of a module package-lock.json names, whatever machine it was made for. */
export const readLockedModules = async (appRoot: string): Promise<(name: string) => LockedModule> => {
  const { packages } = lockSchema.parse(
    JSON.parse(await readFile(join(appRoot, "package-lock.json"), "utf8")),
  );
  return (name) => {
    const { version, integrity } = packages[`node_modules/${name}`] ?? {};
    if (version && integrity) return { version, integrity };
    throw new AppError("misconfigured", `package-lock.json does not name ${name}: run npm install.`);
  };
};
