import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** The files below a folder, relative to it and with `/`, in an order that is the same everywhere; none that is hidden. */
export const listFiles = async (folder: string, below = ""): Promise<readonly string[]> => {
  const paths: string[] = [];
  for (const name of await readdir(join(folder, below))) {
    if (name.startsWith(".")) continue;
    const path = below ? `${below}/${name}` : name;
    const found = await stat(join(folder, path));
    if (found.isDirectory()) paths.push(...(await listFiles(folder, path)));
    else if (found.isFile()) paths.push(path);
  }
  return paths.sort();
};
