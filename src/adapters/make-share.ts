import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../shared/app-error.ts";

/** What a share that was ever published to has. */
const published: ReadonlySet<string> = new Set(["CURRENT", "generations", "publications"]);

/**
 * Makes the share's folder for the first publication. A share that this machine has published to
 * before, and that is gone or empty now, is not made again: it is a mount that failed.
 * Fails with `snapshot_unavailable`.
 */
export const makeShare = async (share: string, dataFolder: string): Promise<void> => {
  const list = join(dataFolder, "shares-seen");
  const seen = await readFile(list, "utf8").catch(() => "");
  const known = seen.split("\n").includes(share);
  const names = await readdir(share).catch(() => []);
  // what is on this machine's own disk was removed by its owner
  if (known && !names.some((name) => published.has(name)) && share !== dataFolder) {
    throw new AppError(
      "snapshot_unavailable",
      `The share ${share} is gone or empty: mount it again. To start with an empty share, remove ${list}.`,
    );
  }
  await mkdir(dataFolder, { recursive: true });
  await mkdir(share, { recursive: true });
  if (!known) await writeFile(list, `${seen}${share}\n`);
};
