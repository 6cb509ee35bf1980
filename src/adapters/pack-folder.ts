import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { create, extract } from "tar";

/** An index is mostly zeros: in the usual pieces of 16 kB, unpacking it took six times as long. */
const pieceBytes = 1024 * 1024;

/** Packs what is in a folder into a compressed archive; gives the bytes it takes unpacked. */
export const packFolder = async (folder: string, archive: string): Promise<number> => {
  await create({ cwd: folder, file: archive, gzip: { level: 6 }, portable: true }, ["."]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries)
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
};

/** Unpacks an archive as it comes; nothing in it can reach outside the folder. */
export const unpackInto = (folder: string, archive: AsyncIterable<Uint8Array>): Promise<void> =>
  pipeline(
    Readable.from(archive),
    createGunzip({ chunkSize: pieceBytes }),
    extract({ cwd: folder, strict: true }),
  );
