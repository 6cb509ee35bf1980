import { randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SnapshotStore } from "../ports/snapshot-store.ts";

/** A folder on disk or on a mounted share. */
export const createFolderSnapshotStore = (root: string): SnapshotStore => ({
  read: (path) => readFile(join(root, path)).catch(missing),
  write: async (path, content) => {
    const target = join(root, path);
    // beside its destination: a rename is atomic only within one file system
    const draft = `${target}.${randomUUID()}.tmp`;
    await mkdir(dirname(target), { recursive: true });
    try {
      await writeFile(draft, content, { flush: true });
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  },
  list: async (folder) => (await readdir(join(root, folder)).catch(missing)) ?? [],
  remove: (path) => rm(join(root, path), { recursive: true, force: true }),
});

const missing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === "ENOENT") return undefined;
  throw error;
};
