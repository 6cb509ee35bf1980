import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { AppError } from "../../../src/shared/app-error.ts";
import { listFiles } from "../list-files.ts";
import type { Places } from "./confinement.ts";

const anybody = 0o777;
const runnable = 0o755;
const readOnly = 0o555;
const readOnlyFile = 0o444;

/** Unpacks a package into an empty read-only folder, beside what may be written to. */
export const prepareProof = async (
  zip: string,
  folder: string,
): Promise<Places & { readonly node: string }> => {
  const places = { app: join(folder, "app"), share: join(folder, "share"), temporary: join(folder, "tmp") };
  await chmod(folder, runnable);
  for (const place of Object.values(places)) await mkdir(place);
  for (const place of [places.share, places.temporary]) await chmod(place, anybody);
  for (const [path, content] of Object.entries(await readZip(zip))) {
    const target = join(places.app, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode: readOnlyFile });
  }
  await setFolders(places.app, readOnly);
  // a node of its own: pages that other programs share would not be counted
  const node = join(folder, "node");
  await copyFile(process.execPath, node);
  await chmod(node, runnable);
  return { ...places, node };
};

/** Lets the unpacked package be removed again. */
export const releaseProof = ({ app }: Places): Promise<void> => setFolders(app, runnable);

const readZip = async (zip: string): Promise<Readonly<Record<string, Uint8Array>>> => {
  try {
    return unzipSync(await readFile(zip));
  } catch (error) {
    throw new AppError("bad_request", `${zip} cannot be unpacked: run npm run package.`, { cause: error });
  }
};

const setFolders = async (app: string, mode: number): Promise<void> => {
  const folders = new Set([app]);
  for (const path of await listFiles(app)) {
    for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) folders.add(join(app, parent));
  }
  for (const each of folders) await chmod(each, mode);
};
