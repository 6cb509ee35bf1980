import { randomBytes } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "../../ports/generation.ts";
import { AppError } from "../../shared/app-error.ts";
import { isRunning } from "../../shared/is-running.ts";

/** A collection's folder is preallocated: so much for a few of them, and for each passage. */
const emptyIndexBytes = 70 * 1024 * 1024;
const bytesPerPassage = 8 * 1024;

/** About what an index of passages takes on disk. */
export const indexBytes = (passages: ReadonlyMap<string, readonly unknown[]>): number =>
  [...passages.values()].reduce((sum, { length }) => sum + length * bytesPerPassage, emptyIndexBytes);

/** What is left free beside a copy, for logs and temporary files. */
const spareBytes = 32 * 1024 * 1024;

/** Begins the name of a copy that is being built to be published. */
export const buildPrefix = "build-";

export interface LocalCopy {
  readonly folder: string;
  /** Where the engine keeps its data. */
  readonly engineFolder: string;
  /** Leaves it to the next user of it, in this process or another. */
  leave(): void;
  remove(): Promise<void>;
}

/** The folders that this process has in use: its number alone says little, where numbers come again. */
const inUse = new Set<string>();

/** Folders on local disk that one process has at a time: no other engine ever opens one of them. */
export interface LocalCopies {
  /** An empty one. Fails with `disk_full` when less than `bytes` are free. */
  create(generation: string, bytes: number): Promise<LocalCopy>;
  /** Marks it as whole, with the manifest of what it holds. */
  complete(copy: LocalCopy, manifest: Manifest): Promise<void>;
  /** Takes over a whole copy that a process left or that is gone: the newest that is fit. */
  adopt(fit: (manifest: Manifest) => boolean): Promise<{ copy: LocalCopy; manifest: Manifest } | undefined>;
  /** Removes what is not in use, of some generations. */
  clear(of: (generation: string) => boolean): Promise<void>;
}

/** Keeps copies as `<generation>.<process id>.<random>` in a folder. */
export const createLocalCopies = (root: string): LocalCopies => {
  const asCopy = (name: string): LocalCopy => {
    const folder = join(root, name);
    return {
      folder,
      engineFolder: join(folder, "chroma"),
      leave: () => void inUse.delete(folder),
      remove: async () => {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
        inUse.delete(folder);
      },
    };
  };
  /** Of a name that is not taken. */
  const ownCopy = (generation: string): LocalCopy => {
    const copy = asCopy(`${generation}.${process.pid}.${randomBytes(3).toString("hex")}`);
    inUse.add(copy.folder);
    return copy;
  };

  const isInUse = (name: string): boolean => {
    const owner = Number(name.split(".")[1]);
    return owner === process.pid ? inUse.has(join(root, name)) : isRunning(owner);
  };
  const orphans = async (): Promise<readonly string[]> => {
    const names = await readdir(root).catch(() => []);
    return names.filter((name) => !isInUse(name)).sort();
  };

  return {
    create: async (generation, bytes) => {
      await mkdir(root, { recursive: true });
      await assertRoomFor(root, bytes + spareBytes);
      const copy = ownCopy(generation);
      await mkdir(copy.engineFolder, { recursive: true });
      return copy;
    },
    complete: ({ folder }, manifest) => writeFile(join(folder, "manifest.json"), JSON.stringify(manifest)),
    adopt: async (fit) => {
      for (const name of (await orphans()).toReversed()) {
        const manifest = await readFile(join(root, name, "manifest.json"), "utf8").then(
          (text) => JSON.parse(text) as Manifest,
          () => undefined,
        );
        if (!manifest || !fit(manifest)) continue;
        const copy = ownCopy(manifest.id);
        // two processes may want it: the rename decides
        const taken = await rename(join(root, name), copy.folder).then(
          () => true,
          () => false,
        );
        if (taken) return { copy, manifest };
        copy.leave();
      }
      return undefined;
    },
    clear: async (of) => {
      for (const name of await orphans()) if (of(name.split(".")[0] ?? name)) await asCopy(name).remove();
    },
  };
};

const assertRoomFor = async (folder: string, needed: number): Promise<void> => {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  const megabytes = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
  throw new AppError(
    "disk_full",
    `${folder} has ${megabytes(free)} MB free, and ${megabytes(needed)} MB are needed.`,
  );
};
