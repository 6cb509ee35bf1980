import { randomUUID } from "node:crypto";
import { copyFile, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { AppError, messageOf } from "../shared/app-error.ts";
import { retry } from "../shared/retry.ts";
import { withSignal } from "../shared/with-signal.ts";

const defaultSmallTimeoutMs = 15_000;
const largeTimeoutMs = 300_000;
const pieceBytes = 256 * 1_024;

/** What a network share answers now and then, while another machine renames or has a file open. */
const passing = new Set(["EACCES", "EBUSY", "ESTALE", "EAGAIN", "EPERM", "ENOTEMPTY"]);
const passingMs = 1_000;

/** A call on a share that hangs holds one of four threads of the whole process, and none can be called back. */
const mostHanging = 2;

/** A folder on disk or on a mounted share. */
export const createFolderSnapshotStore = (
  root: string,
  { smallTimeoutMs = defaultSmallTimeoutMs } = {},
): SnapshotStore => {
  let hanging = 0;

  const attempt = async <T>(
    what: string,
    path: string,
    work: () => Promise<T>,
    timeoutMs: number,
  ): Promise<T> => {
    const cannot = (why: string, cause?: unknown): AppError =>
      new AppError("snapshot_unavailable", `${join(root, path)} cannot be ${what}: ${why}.`, { cause });
    if (hanging >= mostHanging) throw cannot("earlier calls have not come back");
    const tried = retry(work, { withinMs: passingMs, isRetriable: (error) => passing.has(codeOf(error)) });
    const inTime = AbortSignal.timeout(timeoutMs);
    try {
      return await withSignal(tried, inTime);
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (!inTime.aborted) throw cannot(codeOf(error) || messageOf(error), error);
      hanging += 1;
      const comesBack = (): void => void (hanging -= 1);
      tried.then(comesBack, comesBack);
      throw cannot(`no answer within ${timeoutMs / 1_000} s`, error);
    }
  };

  /** What is missing is nothing; a share that is missing is no empty one. */
  const missing = async (error: NodeJS.ErrnoException): Promise<undefined> => {
    if (!isMissing(error)) throw error;
    if (await isThere(root)) return undefined;
    throw new AppError(
      "snapshot_unavailable",
      `${root} does not exist: mount the share, or run npm run ingest if nothing was ingested yet.`,
    );
  };

  /** A rename replaces a file at once; a draft beside its destination is on the same file system. */
  const replace = async (path: string, fill: (draft: string) => Promise<void>): Promise<void> => {
    const target = join(root, path);
    const draft = `${target}.${randomUUID()}.tmp`;
    try {
      // a share that is gone must not come back as an empty folder of this machine
      await stat(root);
      await mkdir(dirname(target), { recursive: true });
      await fill(draft);
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw error;
    }
  };

  /** Of all renames, only that of a folder leaves alone what is in its place: a folder that is not empty. */
  const placeOnce = async (path: string, content: string): Promise<boolean> => {
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
      // what a system answers then differs
      if (await stat(target).catch(missing)) return false;
      throw error;
    }
  };

  /** Not as a stream: none ends while a read of it hangs. */
  const piecesOf = async function* (path: string): AsyncGenerator<Uint8Array> {
    const file = await attempt("read", path, () => open(join(root, path)), smallTimeoutMs);
    try {
      for (;;) {
        const buffer = Buffer.allocUnsafe(pieceBytes);
        const { bytesRead } = await attempt("read", path, () => file.read({ buffer }), smallTimeoutMs);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      file.close().catch(() => undefined);
    }
  };

  return {
    read: (path) => attempt("read", path, () => readFile(join(root, path)).catch(missing), smallTimeoutMs),
    open: async (path) => {
      const found = await attempt("read", path, () => stat(join(root, path)).catch(missing), smallTimeoutMs);
      return found && piecesOf(path);
    },
    write: (path, content) =>
      attempt(
        "written",
        path,
        // where there is no content, there is none to lose: a reader's mark need not wait for the disk
        () => replace(path, (draft) => writeFile(draft, content, { flush: content.length > 0 })),
        smallTimeoutMs,
      ),
    copyIn: (path, localFile) =>
      attempt("written", path, () => replace(path, (draft) => copyFile(localFile, draft)), largeTimeoutMs),
    writeOnce: (path, content) => attempt("written", path, () => placeOnce(path, content), smallTimeoutMs),
    list: (folder) =>
      attempt(
        "listed",
        folder,
        async () => {
          const names = (await readdir(join(root, folder)).catch(missing)) ?? [];
          const entries = [];
          for (const name of names) {
            const found = await stat(join(root, folder, name)).catch(missing);
            if (found) entries.push({ name, modified: found.mtimeMs });
          }
          return entries;
        },
        smallTimeoutMs,
      ),
    remove: (path) =>
      attempt("removed", path, () => rm(join(root, path), { recursive: true, force: true }), largeTimeoutMs),
  };
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

const isMissing = ({ code }: NodeJS.ErrnoException): boolean => code === "ENOENT" || code === "ENOTDIR";

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    (why: NodeJS.ErrnoException) => {
      if (isMissing(why)) return false;
      throw why;
    },
  );
