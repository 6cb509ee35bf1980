import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../shared/app-error.ts";

/**
 * Makes the share's folder for the first publication. A share that this machine has seen before and
 * that is gone now is not made anew: it would be an empty folder in the place of a mount that failed.
 * Fails with `snapshot_unavailable`.
 */
export const makeShare = async (share: string, dataFolder: string): Promise<void> => {
  const list = join(dataFolder, "shares-seen");
  const seen = await readFile(list, "utf8").catch(() => "");
  const known = seen.split("\n").includes(share);
  const there = await stat(share).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!there && known) {
    throw new AppError(
      "snapshot_unavailable",
      `The share ${share} is gone: mount it again. If it is to begin anew, remove ${list}.`,
    );
  }
  await mkdir(dataFolder, { recursive: true });
  await mkdir(share, { recursive: true });
  if (!known) await writeFile(list, `${seen}${share}\n`);
};
