import { copyFile, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { AppError, messageOf } from "../shared/app-error.ts";
import { retry } from "../shared/retry.ts";
import { withSignal } from "../shared/with-signal.ts";
import { codeOf, listFolder, orMissing, replaceFile, writeFileOnce } from "./share-folder.ts";

const defaultSmallTimeoutMs = 15_000;
const largeTimeoutMs = 300_000;
const pieceBytes = 256 * 1_024;

/** A network share answers with these for a moment while another machine renames a file or has it open. */
const transientErrors = new Set(["EACCES", "EBUSY", "ESTALE", "EAGAIN", "EPERM", "ENOTEMPTY"]);
const maxRetryMs = 1_000;

/** A hung call holds one of the four file threads of this process and cannot be aborted, so two may hang at most. */
const maxHungCalls = 2;

/** Keeps snapshots in a folder on disk or on a mounted share. */
export const createFolderSnapshotStore = (
  root: string,
  { smallTimeoutMs = defaultSmallTimeoutMs } = {},
): SnapshotStore => {
  const attempt = createAttempts(root);
  const missing = orMissing(root);

  /** No stream, because a stream does not end while one of its reads hangs. */
  const piecesOf = async function* (path: string): AsyncGenerator<Uint8Array> {
    const call = { verb: "read", path, timeoutMs: smallTimeoutMs };
    const file = await attempt(call, () => open(join(root, path)));
    try {
      for (;;) {
        const buffer = Buffer.allocUnsafe(pieceBytes);
        const { bytesRead } = await attempt(call, () => file.read({ buffer }));
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      file.close().catch(() => undefined);
    }
  };

  return {
    read: (path) =>
      attempt({ verb: "read", path, timeoutMs: smallTimeoutMs }, () =>
        readFile(join(root, path)).catch(missing),
      ),
    open: async (path) => {
      const found = await attempt({ verb: "read", path, timeoutMs: smallTimeoutMs }, () =>
        stat(join(root, path)).catch(missing),
      );
      return found && piecesOf(path);
    },
    write: (path, content) =>
      attempt({ verb: "written", path, timeoutMs: smallTimeoutMs }, () =>
        replaceFile({ root, path }, (draft) =>
          // an empty file, such as a reader's mark, has no content to lose: it need not wait for the disk
          writeFile(draft, content, { flush: content.length > 0 }),
        ),
      ),
    copyIn: (path, localFile) =>
      attempt({ verb: "written", path, timeoutMs: largeTimeoutMs }, () =>
        replaceFile({ root, path }, (draft) => copyFile(localFile, draft)),
      ),
    writeOnce: (path, content) =>
      attempt({ verb: "written", path, timeoutMs: smallTimeoutMs }, () =>
        writeFileOnce({ root, path }, content),
      ),
    list: (path) =>
      attempt({ verb: "listed", path, timeoutMs: smallTimeoutMs }, () => listFolder({ root, path })),
    remove: (path) =>
      attempt({ verb: "removed", path, timeoutMs: largeTimeoutMs }, () =>
        rm(join(root, path), { recursive: true, force: true }),
      ),
  };
};

interface Call {
  /** For the error: "read", "written". */
  readonly verb: string;
  readonly path: string;
  readonly timeoutMs: number;
}

/** Makes the function that gives each call a deadline and retries, and refuses new calls while too many hang. */
const createAttempts = (root: string): (<T>(call: Call, work: () => Promise<T>) => Promise<T>) => {
  let hung = 0;
  return async ({ verb, path, timeoutMs }, work) => {
    const cannot = (why: string, cause?: unknown): AppError =>
      new AppError("snapshot_unavailable", `${join(root, path)} cannot be ${verb}: ${why}.`, { cause });
    if (hung >= maxHungCalls) throw cannot("earlier calls have not come back");
    const tried = retry(work, {
      withinMs: maxRetryMs,
      isRetriable: (error) => transientErrors.has(codeOf(error)),
    });
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      return await withSignal(tried, deadline);
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (!deadline.aborted) throw cannot(codeOf(error) || messageOf(error), error);
      hung += 1;
      const comesBack = (): void => void (hung -= 1);
      tried.then(comesBack, comesBack);
      throw cannot(`no answer within ${timeoutMs / 1_000} s`, error);
    }
  };
};
