import { open, readFile, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { AppError } from "../../../shared/app-error.ts";

/** Says how large the shortened files of a folder were. */
const listName = "trimmed.json";

/** Smaller files are left as they are. */
const pieceBytes = 1024 * 1024;

const zeros = Buffer.alloc(pieceBytes);

/**
 * Shortens each file of a folder by the zeros at its end: an index is preallocated for 10,000 passages a
 * collection. The folder is of no use then until they are restored. Gives the bytes that it takes with them.
 */
export const trimZeros = async (folder: string): Promise<number> => {
  const sizes: Record<string, number> = {};
  let bytes = 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const path of entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))) {
    const { size } = await stat(path);
    bytes += size;
    const kept = await withoutZeros(path, size);
    if (kept === size) continue;
    await truncate(path, kept);
    sizes[relative(folder, path).replaceAll(sep, "/")] = size;
  }
  await writeFile(join(folder, listName), JSON.stringify(sizes));
  return bytes;
};

/** Gives the files of a folder their sizes back. The zeros take no room on a disk that knows holes. */
export const restoreZeros = async (folder: string): Promise<void> => {
  const list = join(folder, listName);
  // archives of before have none
  const text = await readFile(list, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return;
  for (const [path, size] of Object.entries(JSON.parse(text) as Record<string, number>)) {
    const file = resolve(folder, path);
    if (!file.startsWith(resolve(folder) + sep))
      throw new AppError("generation_unusable", `The archive names a file outside of its folder: ${path}.`);
    await truncate(file, size);
  }
  await rm(list);
};

/** How long a file is up to its last piece that is not all zeros. */
const withoutZeros = async (path: string, size: number): Promise<number> => {
  const file = await open(path);
  const piece = Buffer.alloc(pieceBytes);
  try {
    let kept = size;
    while (kept >= pieceBytes) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes, kept - pieceBytes);
      if (bytesRead < pieceBytes || !piece.equals(zeros)) break;
      kept -= pieceBytes;
    }
    return kept;
  } finally {
    await file.close();
  }
};
