import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { AppError, messageOf } from "../../src/shared/app-error.ts";

const run = promisify(execFile);
const timeoutMs = 600_000;

interface Wanted {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** Where npm finds its own settings. */
  readonly appRoot: string;
  /** An existing folder for what is fetched. */
  readonly into: string;
}

/**
 * Fetches a module from npm by its name, also one that npm would not install on this machine; gives its folder.
 * Fails where its tarball is not the one that package-lock.json names.
 */
export const fetchModule = async ({ name, version, integrity, appRoot, into }: Wanted): Promise<string> => {
  const what = `${name}@${version}`;
  const words = ["pack", what, "--json", "--pack-destination", into];
  // npm names its own script to what it runs: its command is no program on Windows
  const npm = process.env["npm_execpath"];
  const [program, before] = npm?.endsWith("js") ? [process.execPath, [npm]] : ["npm", []];
  const { stdout } = await run(program, [...before, ...words], { cwd: appRoot, timeout: timeoutMs }).catch(
    (error: unknown) => {
      throw new AppError("internal", `npm cannot fetch ${what}: ${messageOf(error)}`, { cause: error });
    },
  );
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  const tarball = join(into, packed?.filename ?? "");
  checkIntegrity(await readFile(tarball), integrity, what);
  const folder = join(into, name.replaceAll("/", "-"));
  await mkdir(folder);
  await extract({ file: tarball, cwd: folder, strip: 1 });
  return folder;
};

const checkIntegrity = (tarball: Uint8Array, integrity: string, what: string): void => {
  const [algorithm = "", expected] = integrity.split("-");
  if (createHash(algorithm).update(tarball).digest("base64") === expected) return;
  throw new AppError("internal", `${what} is not what package-lock.json names: its ${algorithm} differs.`);
};
