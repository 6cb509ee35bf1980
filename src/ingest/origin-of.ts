import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Origin } from "../ports/generation.ts";

/** Names the folder that a generation is made of, so that it is known again. */
export const originOf = async (folder: string, files: string): Promise<Origin> => {
  const { dev, ino, birthtimeNs } = await stat(folder, { bigint: true });
  return {
    name: hashOf(resolve(folder)),
    // a number of a folder that was removed is given to another one: the time tells them apart
    folder: hashOf(`${dev} ${ino} ${birthtimeNs}`),
    files,
  };
};

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
