import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { create, extract } from "tar";
import { restoreZeros, trimZeros } from "./trimmed-zeros.ts";

/** An archive of before is mostly zeros: in the usual pieces of 16 kB, unpacking one took several times as long. */
const pieceBytes = 256 * 1024;

/**
 * Packs what is in a folder into a compressed archive; gives the bytes it takes unpacked. The folder is of
 * no use afterwards.
 */
export const packFolder = async (folder: string, archive: string): Promise<number> => {
  const bytes = await trimZeros(folder);
  await create({ cwd: folder, file: archive, gzip: { level: 6 }, portable: true }, ["."]);
  return bytes;
};

/** Unpacks an archive as it comes; nothing in it can reach outside the folder. */
export const unpackInto = async (folder: string, archive: AsyncIterable<Uint8Array>): Promise<void> => {
  await pipeline(
    Readable.from(archive),
    createGunzip({ chunkSize: pieceBytes }),
    extract({ cwd: folder, strict: true }),
  );
  await restoreZeros(folder);
};
