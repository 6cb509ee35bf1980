import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import type { ShareDirectoryClient, ShareFileClient } from "@azure/storage-file-share";
import type { SnapshotEntry } from "../../ports/snapshot-store.ts";
import { type Attempt, joined } from "./attempts.ts";
import type { AzureFilesError } from "./describe-error.ts";

const cleanUpTimeoutMs = 2_000;

export const fileAt = ({ share, within }: Attempt, path: string): ShareFileClient =>
  share.rootDirectoryClient.getFileClient(within(path));

const folderAt = ({ share, within }: Attempt, path: string): ShareDirectoryClient =>
  share.getDirectoryClient(within(path));

/** Fills a draft beside the destination and renames it, which Azure does in one step. */
export const replace = async (
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
        // if the answer to a rename was lost, the retry finds no draft: the id of the file in place shows who won
        missing(error);
        const found = await tools.ask((call) => fileAt(tools, path).getProperties(call)).catch(missing);
        if (!fileId || found?.fileId !== fileId) throw error;
      });
  } catch (error) {
    await draft.deleteIfExists({ abortSignal: AbortSignal.timeout(cleanUpTimeoutMs) }).catch(() => undefined);
    throw error;
  }
};

/** Fills a draft folder and renames it into place; `false` if the place is taken. */
export const placeOnce = async (tools: Attempt, path: string, content: Buffer): Promise<boolean> => {
  const folder = posix.dirname(path);
  const draft = `${posix.dirname(folder)}/${randomUUID()}.tmp`;
  try {
    await replace(tools, `${draft}/${posix.basename(path)}`, content.byteLength, [content]);
    await tools.ask((call) => folderAt(tools, draft).rename(tools.within(folder), call));
    return true;
  } catch (error) {
    await removeFolder(tools, draft).catch(() => undefined);
    // also after a lost answer to the rename: the caller compares the content in place with its own
    const found = await tools.ask((call) => fileAt(tools, path).getProperties(call)).catch(missing);
    if (found) return false;
    throw error;
  }
};

/** Makes all parent folders of a path, those of the store's own folder included. */
export const makeParents = async (tools: Attempt, path: string): Promise<void> => {
  const names = tools.within(path).split("/").slice(0, -1);
  for (let depth = 1; depth <= names.length; depth += 1) {
    const parent = tools.share.getDirectoryClient(names.slice(0, depth).join("/"));
    await tools.ask((call) => parent.createIfNotExists({ ...call }));
  }
};

export const listFolder = (
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

export const removeFolder = async (tools: Attempt, path: string): Promise<void> => {
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

export const download = async (
  file: ShareFileClient,
  call: { readonly abortSignal: AbortSignal },
  piece?: Piece,
): Promise<Uint8Array> => {
  // a body that breaks off is read again from its start: the SDK would resume in what may be another file by then
  const options = { ...call, maxRetryRequests: 0 };
  const { readableStreamBody, etag } = await file.download(piece?.offset, piece?.count, options);
  if (!readableStreamBody) throw new Error("the answer has no body");
  const bytes = await buffer(readableStreamBody);
  if (piece && etag !== piece.etag) throw new Error("the file was replaced while it was read");
  return bytes;
};

/** A share that is missing is an error: only what is missing in it is an answer. */
export const missing = (error: AzureFilesError): undefined => {
  if (error.code === "ResourceNotFound" || error.code === "ParentNotFound") return undefined;
  throw error;
};
