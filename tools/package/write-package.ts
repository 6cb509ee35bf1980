import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { AppError } from "../../src/shared/app-error.ts";
import type { PackageFile } from "./collect-files.ts";

/** The same files give the same zip, whenever it is made: no time is before this one in a zip. */
const fixedTime = new Date(1980, 0, 1);

/** A regular file that all may read, as Unix writes it. */
const readable = 0o100644 << 16;
const unix = 3;

/** Writes the files into a folder, in the place of an earlier package. */
export const writeFolder = async (folder: string, files: readonly PackageFile[]): Promise<void> => {
  const names = await readdir(folder).catch(() => []);
  if (names.length > 0 && !existsSync(join(folder, "THIRD-PARTY-NOTICES.txt"))) {
    throw new AppError("bad_request", `${folder} holds something else than a package: name another folder.`);
  }
  await rm(folder, { recursive: true, force: true });
  for (const { path, content } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
};

/** Writes the files into a zip; gives what each takes in it, by its path, and its own size in bytes. */
export const writeZip = async (
  zip: string,
  files: readonly PackageFile[],
): Promise<{ readonly packed: ReadonlyMap<string, number>; readonly bytes: number }> => {
  const entries = files.map(({ path, content }) => [path, content] as const);
  const archive = zipSync(Object.fromEntries(entries), {
    level: 6,
    mtime: fixedTime,
    os: unix,
    attrs: readable,
  });
  await writeFile(zip, archive);
  const packed = new Map<string, number>();
  unzipSync(archive, {
    filter: ({ name, size }) => {
      packed.set(name, size);
      return false;
    },
  });
  return { packed, bytes: archive.byteLength };
};
