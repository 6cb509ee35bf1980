import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes a knowledge folder of these files. A value that begins with `-> ` makes a link to what follows. */
export const writeKnowledge = (
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void => {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === "string" && content.startsWith("-> ")) symlinkSync(content.slice(3), file);
    else writeFileSync(file, content);
  }
};
