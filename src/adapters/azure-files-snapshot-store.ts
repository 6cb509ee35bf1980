import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import type { ShareClient, ShareDirectoryClient, ShareFileClient } from "@azure/storage-file-share";
import type { SnapshotEntry, SnapshotStore } from "../ports/snapshot-store.ts";
import { AppError } from "../shared/app-error.ts";
import { lazily } from "../shared/lazily.ts";
import { retry } from "../shared/retry.ts";
import { withSignal } from "../shared/with-signal.ts";
import type { AzureFilesAccess } from "./azure-files-share.ts";
import { type AzureFilesError, describeAzureFilesError } from "./describe-azure-files-error.ts";

interface Options extends AzureFilesAccess {
  readonly smallTimeoutMs?: number;
}

interface Attempt {
  readonly share: ShareClient;
  /** A path of the store as one of the share. */
  readonly within: (path: string) => string;
  /** Makes one request, and again what may pass. */
  readonly ask: <T>(request: (call: { readonly abortSignal: AbortSignal }) => Promise<T>) => Promise<T>;
}

const defaultSmallTimeoutMs = 15_000;
const largeTimeoutMs = 300_000;
const cleanUpTimeoutMs = 2_000;
/** The most that Azure takes in one request. */
const pieceBytes = 4 * 1_024 * 1_024;

/** A folder of an Azure Files share, over REST: for machines that have not mounted it. */
export const createAzureFilesSnapshotStore = ({
  smallTimeoutMs = defaultSmallTimeoutMs,
  ...access
}: Options): SnapshotStore => {
  // loaded at first use: instances that have the share mounted start without the SDK
  const open = lazily(async () => (await import("./azure-files-share.ts")).azureFilesShare(access));
  const signedIn = access.connectionString ? "by key" : "by identity";
  const { origin, pathname } = new URL(access.url);
  const place = `${origin}${pathname.replace(/\/$/, "")}`;

  const attempt = async <T>(
    what: string,
    path: string,
    timeoutMs: number,
    work: (attempt: Attempt) => Promise<T>,
  ): Promise<T> => {
    const signal = AbortSignal.timeout(timeoutMs);
    let refused: AzureFilesError | undefined;
    const ask: Attempt["ask"] = (request) =>
      retry(() => request({ abortSignal: signal }), {
        withinMs: smallTimeoutMs / 3,
        signal,
        retryable: (error) => {
          if (signal.aborted || !passes(error as AzureFilesError)) return false;
          refused = error as AzureFilesError;
          return true;
        },
      });
    try {
      const working = async (): Promise<T> => {
        const { share, root } = await open();
        return work({ share, within: (name) => joined(root, name), ask });
      };
      return await withSignal(working(), signal);
    } catch (error) {
      if (error instanceof AppError) throw error;
      const last = signal.aborted ? refused : (error as AzureFilesError);
      const why = [
        ...(signal.aborted ? [`no answer within ${timeoutMs / 1_000} s`] : []),
        ...(last ? [describeAzureFilesError(last, signedIn)] : []),
      ].join("; ");
      throw new AppError("snapshot_unavailable", `${place}/${path} cannot be ${what}: ${why}.`, {
        cause: last ?? error,
      });
    }
  };

  return {
    read: (path) =>
      attempt("read", path, smallTimeoutMs, (tools) =>
        tools.ask((call) => download(fileAt(tools, path), call)).catch(missing),
      ),

    open: async (path) => {
      const found = await attempt("read", path, smallTimeoutMs, (tools) =>
        tools.ask((call) => fileAt(tools, path).getProperties(call)).catch(missing),
      );
      if (!found) return undefined;
      const size = found.contentLength ?? 0;
      const readPiece = (offset: number): Promise<Uint8Array> =>
        attempt("read", path, largeTimeoutMs, (tools) =>
          tools.ask((call) => {
            const piece = { offset, count: Math.min(pieceBytes, size - offset), etag: found.etag };
            return download(fileAt(tools, path), call, piece);
          }),
        );
      return (async function* () {
        for (let offset = 0; offset < size; offset += pieceBytes) yield await readPiece(offset);
      })();
    },

    write: (path, content) => {
      const bytes = Buffer.from(content);
      const timeoutMs = bytes.byteLength > pieceBytes ? largeTimeoutMs : smallTimeoutMs;
      return attempt("written", path, timeoutMs, (tools) =>
        replace(tools, path, bytes.byteLength, piecesOf(bytes)),
      );
    },

    copyIn: (path, localFile) =>
      attempt("written", path, largeTimeoutMs, async (tools) => {
        const { size } = await stat(localFile);
        await replace(tools, path, size, createReadStream(localFile, { highWaterMark: pieceBytes }));
      }),
    claim: (path) =>
      attempt("made", path, smallTimeoutMs, async (tools) => {
        const { share, within, ask } = tools;
        const folder = share.getDirectoryClient(within(path));
        const create = (): Promise<unknown> => ask((call) => folder.create(call));
        try {
          await create().catch(async (error: AzureFilesError) => {
            if (error.code !== "ParentNotFound") throw error;
            await makeParents(tools, path);
            await create();
          });
          return true;
        } catch (error) {
          // also after an answer that was lost: then nobody has it, which only leaves a gap
          if ((error as AzureFilesError).code === "ResourceAlreadyExists") return false;
          throw error;
        }
      }),
    list: (path) =>
      attempt(
        "listed",
        path,
        smallTimeoutMs,
        async (tools) => (await listFolder(tools, path).catch(missing)) ?? [],
      ),

    remove: (path) =>
      attempt("removed", path, largeTimeoutMs, async (tools) => {
        const removed = tools.ask((call) => fileAt(tools, path).delete(call));
        await removed.catch(async (error: AzureFilesError) => {
          // what is no file may be a folder
          if (error.code !== "ResourceTypeMismatch") missing(error);
          await removeFolder(tools, path).catch(missing);
        });
      }),
  };
};

const fileAt = ({ share, within }: Attempt, path: string): ShareFileClient =>
  share.rootDirectoryClient.getFileClient(within(path));

const folderAt = ({ share, within }: Attempt, path: string): ShareDirectoryClient =>
  share.getDirectoryClient(within(path));

/** Fills a draft beside the destination and renames it, which Azure does in one step. */
const replace = async (
  tools: Attempt,
  path: string,
  size: number,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> => {
  const draft = fileAt(tools, `${path}.${randomUUID()}.tmp`);
  try {
    const create = (): ReturnType<ShareFileClient["create"]> =>
      tools.ask((call) => draft.create(size, { ...call }));
    const { fileId } = await create().catch(async (error: AzureFilesError) => {
      if (error.code !== "ParentNotFound") throw error;
      await makeParents(tools, path);
      return create();
    });
    let sent = 0;
    for await (const piece of pieces) {
      await tools.ask((call) => draft.uploadRange(piece, sent, piece.byteLength, call));
      sent += piece.byteLength;
    }
    if (sent !== size) throw new Error(`${sent} bytes came where ${size} were announced`);
    await tools
      .ask((call) => draft.rename(tools.within(path), { ...call, replaceIfExists: true }))
      .catch(async (error: AzureFilesError) => {
        // when the answer to a rename is lost, the next try finds no draft: then the file in place tells
        missing(error);
        const found = await tools.ask((call) => fileAt(tools, path).getProperties(call)).catch(missing);
        if (!fileId || found?.fileId !== fileId) throw error;
      });
  } catch (error) {
    await draft.deleteIfExists({ abortSignal: AbortSignal.timeout(cleanUpTimeoutMs) }).catch(() => undefined);
    throw error;
  }
};

/** Also those of the folder that the store itself is. */
const makeParents = async (tools: Attempt, path: string): Promise<void> => {
  const names = tools.within(path).split("/").slice(0, -1);
  for (let depth = 1; depth <= names.length; depth += 1) {
    const parent = tools.share.getDirectoryClient(names.slice(0, depth).join("/"));
    await tools.ask((call) => parent.createIfNotExists({ ...call }));
  }
};

const listFolder = (
  tools: Attempt,
  path: string,
): Promise<(SnapshotEntry & { readonly kind: "file" | "directory" })[]> =>
  tools.ask(async (call) => {
    const entries = [];
    const items = folderAt(tools, path).listFilesAndDirectories({ ...call, includeTimestamps: true });
    for await (const { kind, name, properties } of items) {
      const modified = properties?.lastWriteTime ?? properties?.lastModified;
      entries.push({ kind, name, modified: modified?.getTime() ?? 0 });
    }
    return entries;
  });

const removeFolder = async (tools: Attempt, path: string): Promise<void> => {
  for (const { kind, name } of await listFolder(tools, path)) {
    const inner = joined(path, name);
    if (kind === "directory") await removeFolder(tools, inner).catch(missing);
    else await tools.ask((call) => fileAt(tools, inner).deleteIfExists(call));
  }
  await tools.ask((call) => folderAt(tools, path).deleteIfExists(call));
};

interface Piece {
  readonly offset: number;
  readonly count: number;
  readonly etag: string | undefined;
}

const download = async (
  file: ShareFileClient,
  call: { readonly abortSignal: AbortSignal },
  piece?: Piece,
): Promise<Uint8Array> => {
  // a body that breaks off is asked for anew: the SDK would go on with what may be another file by then
  const options = { ...call, maxRetryRequests: 0 };
  const { readableStreamBody, etag } = await file.download(piece?.offset, piece?.count, options);
  if (!readableStreamBody) throw new Error("the answer has no body");
  const bytes = await buffer(readableStreamBody);
  if (piece && etag !== piece.etag) throw new Error("the file was replaced while it was read");
  return bytes;
};

const piecesOf = function* (bytes: Buffer): Iterable<Buffer> {
  for (let offset = 0; offset < bytes.byteLength; offset += pieceBytes) {
    yield bytes.subarray(offset, offset + pieceBytes);
  }
};

const joined = (...parts: readonly string[]): string =>
  parts
    .flatMap((part) => part.split("/"))
    .filter(Boolean)
    .join("/");

/** A share that is missing is an error: only what is missing in it is an answer. */
const missing = (error: AzureFilesError): undefined => {
  if (error.code === "ResourceNotFound" || error.code === "ParentNotFound") return undefined;
  throw error;
};

const passingStatuses = new Set([408, 429, 500, 502, 503, 504]);
/** While another machine has a file open through its mount, or is just removing one. */
const passingCodes = new Set([
  "SharingViolation",
  "FileLockConflict",
  "FileOpenBySmbClient",
  "DeletePending",
  "DirectoryNotEmpty",
]);

/**
 * What may pass: too many requests, a server in trouble, a file in use, a connection that failed, or
 * broke off, which the SDK gives as an abort. The SDK itself would retry neither 429 nor files in use
 * nor, in truth, what broke off, and always after the same pauses.
 */
const passes = ({ name, statusCode, code = "" }: AzureFilesError): boolean =>
  statusCode
    ? passingStatuses.has(statusCode) || passingCodes.has(code)
    : name === "RestError" || name === "AbortError";
