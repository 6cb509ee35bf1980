import { randomBytes } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GenerationContent, Manifest } from "../../ports/generation.ts";
import { AppError } from "../../shared/app-error.ts";
import { isRunning } from "../../shared/is-running.ts";

/** Chroma preallocates the folder of a collection: this much for a few collections, and for each passage. */
const emptyIndexBytes = 70 * 1024 * 1024;
const bytesPerPassage = 8 * 1024;

/** Estimates the disk space of an index of passages. */
export const indexBytes = (passages: ReadonlyMap<string, readonly unknown[]>): number =>
  [...passages.values()].reduce((sum, { length }) => sum + length * bytesPerPassage, emptyIndexBytes);

/** Kept free beside a copy, for logs and temporary files. */
const spareBytes = 32 * 1024 * 1024;

/** The generation's records, as they were published. */
const recordsName = "records";

/** The prefix of copies that are built to be published. */
export const buildPrefix = "build-";

export interface LocalCopy {
  readonly folder: string;
  /** Where the engine keeps its data. */
  readonly engineFolder: string;
  /** Reads the records that `complete` wrote. */
  readRecords(): Promise<Uint8Array>;
  /** Gives the copy up but keeps its files, for the next user in this process or another. */
  leave(): void;
  remove(): Promise<void>;
}

/** Folders in use by this process. The process id in a name is not enough: an earlier process may have had the same. */
const inUse = new Set<string>();

/** Folders on local disk, each owned by one process at a time, so that two engines never open the same files. */
export interface LocalCopies {
  /** Makes an empty copy. Fails with `disk_full` if less than `bytes` are free. */
  create(generation: string, bytes: number): Promise<LocalCopy>;
  /** Marks a copy as complete, with the manifest and the records of its generation. */
  complete(copy: LocalCopy, content: GenerationContent): Promise<void>;
  /** Takes over the newest fit copy that another process has left, or that belonged to a process that is gone. */
  adopt(fit: (manifest: Manifest) => boolean): Promise<{ copy: LocalCopy; manifest: Manifest } | undefined>;
  /** Removes the copies of these generations that are not in use. */
  clear(of: (generation: string) => boolean): Promise<void>;
}

/** Keeps copies as `<generation>.<process id>.<random>` in a folder. */
export const createLocalCopies = (root: string): LocalCopies => {
  const asCopy = (name: string): LocalCopy => {
    const folder = join(root, name);
    return {
      folder,
      engineFolder: join(folder, "chroma"),
      readRecords: () => readFile(join(folder, recordsName)),
      leave: () => void inUse.delete(folder),
      remove: async () => {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
        inUse.delete(folder);
      },
    };
  };
  /** A copy of this process under a name of its own. */
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
    complete: async ({ folder }, content) => {
      await writeFile(join(folder, recordsName), await content.records());
      await writeFile(join(folder, "manifest.json"), JSON.stringify(content.manifest));
    },
    adopt: async (fit) => {
      for (const name of (await orphans()).toReversed()) {
        const manifest = await readFile(join(root, name, "manifest.json"), "utf8").then(
          (text) => JSON.parse(text) as Manifest,
          () => undefined,
        );
        if (!manifest || !fit(manifest)) continue;
        const copy = ownCopy(manifest.id);
        // two processes may try to take the same copy: only one rename succeeds
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
