import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "../shared/app-error.ts";

/*
 * The file operations of a folder that processes of several machines share, each done once. Deadlines, retries and
 * words for the owner are folder-snapshot-store.ts's.
 */

/** The code of a system error, or "". */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

/** A missing file reads as `undefined`; a missing share is an error, because an unmounted one must not look empty. */
export const orMissing =
  (root: string) =>
  async (error: NodeJS.ErrnoException): Promise<undefined> => {
    if (!isMissing(error)) throw error;
    if (await exists(root)) return undefined;
    throw new AppError(
      "snapshot_unavailable",
      `${root} does not exist: mount the share, or run npm run ingest if nothing was ingested yet.`,
    );
  };

interface Target {
  readonly root: string;
  /** Relative to the root. */
  readonly path: string;
}

/**
 * Replaces a file in one step: readers see the old content or the new. The draft lies beside its destination, because
 * a rename is atomic within one file system only.
 */
export const replaceFile = async (
  { root, path }: Target,
  fill: (draft: string) => Promise<void>,
): Promise<void> => {
  const target = join(root, path);
  const draft = `${target}.${randomUUID()}.tmp`;
  try {
    // mkdir would make the folder of an unmounted share on this machine's own disk
    await stat(root);
    await mkdir(dirname(target), { recursive: true });
    await fill(draft);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
};

/**
 * Writes a file and its folder in one step; `false` if the folder has the file already. Renaming a directory fails if
 * the target is non-empty, which gives us write-once.
 */
export const writeFileOnce = async ({ root, path }: Target, content: string): Promise<boolean> => {
  const target = join(root, path);
  const folder = dirname(target);
  const draft = join(dirname(folder), `${randomUUID()}.tmp`);
  try {
    await stat(root);
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, basename(target)), content, { flush: true });
    await rename(draft, folder);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    // systems differ in the error of a rename onto a non-empty folder, so look at the file instead
    if (await stat(target).catch(orMissing(root))) return false;
    throw error;
  }
};

/** The entries of a folder with their times of change; none if the folder is missing. */
export const listFolder = async ({
  root,
  path,
}: Target): Promise<{ readonly name: string; readonly modified: number }[]> => {
  const missing = orMissing(root);
  const entries = [];
  for (const name of (await readdir(join(root, path)).catch(missing)) ?? []) {
    // another process may remove an entry between the two calls
    const found = await stat(join(root, path, name)).catch(missing);
    if (found) entries.push({ name, modified: found.mtimeMs });
  }
  return entries;
};

const isMissing = ({ code }: NodeJS.ErrnoException): boolean => code === "ENOENT" || code === "ENOTDIR";

const exists = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
