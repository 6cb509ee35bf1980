import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { SnapshotStore } from "../../ports/snapshot-store.ts";
import type { Clock } from "../../shared/retry.ts";
import { azureFilesAttempts } from "./attempts.ts";
import { download, fileAt, listFolder, missing, placeOnce, removeFolder, replace } from "./operations.ts";
import type { AzureFilesAccess } from "./share.ts";
import type { AzureFilesError } from "./describe-error.ts";

interface AzureFilesStoreOptions extends AzureFilesAccess {
  readonly smallTimeoutMs?: number;
  readonly clock?: Clock;
}

const defaultSmallTimeoutMs = 15_000;
const largeTimeoutMs = 300_000;
/** The most that Azure takes in one request. */
const pieceBytes = 4 * 1_024 * 1_024;

/** A folder of an Azure Files share, over REST: for machines that have not mounted it. */
export const createAzureFilesSnapshotStore = ({
  smallTimeoutMs = defaultSmallTimeoutMs,
  clock,
  ...access
}: AzureFilesStoreOptions): SnapshotStore => {
  const attempt = azureFilesAttempts(access, { smallTimeoutMs, clock });

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

    writeOnce: (path, content) =>
      attempt("written", path, smallTimeoutMs, (tools) => placeOnce(tools, path, Buffer.from(content))),

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

const piecesOf = function* (bytes: Buffer): Iterable<Buffer> {
  for (let offset = 0; offset < bytes.byteLength; offset += pieceBytes) {
    yield bytes.subarray(offset, offset + pieceBytes);
  }
};
