import { existsSync } from "node:fs";
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "../../config/read-config.ts";
import { isNetworkMount, mountLine, mountOf } from "../../health/mount-of.ts";
import { ok, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** Two copies of a small corpus while one is swapped for the other, with what is beside them. */
const neededMegabytes = 300;

/** Whether the engine's own data has a place: local, writable and large enough. */
export const checkDisk = async ({ dataFolder, chroma }: Config): Promise<readonly Finding[]> => {
  const place = existing(dataFolder);
  const elsewhere = "Set DATA_DIR to a folder on local disk that may be written to; on Azure, below /tmp.";
  const refused = await writingTo(place);
  if (refused) return [wrong("local disk", `${dataFolder} cannot be written to: ${refused}.`, elsewhere)];
  const mount = await mountOf(place);
  if (mount && isNetworkMount(mount) && chroma.mode === "embedded") {
    const why = "the engine's database does not survive on a network share";
    return [wrong("local disk", `${dataFolder} is on ${mountLine(mount)}: ${why}.`, elsewhere)];
  }
  const { bavail, bsize } = await statfs(place);
  const free = Math.floor((bavail * bsize) / 1024 / 1024);
  if (free >= neededMegabytes) return [ok("local disk", `${dataFolder}, ${free} MB free`)];
  const found = `${dataFolder} has ${free} MB free, and a swap of knowledge needs ${neededMegabytes} MB or more.`;
  return [wrong("local disk", found, "Make room, or set DATA_DIR to another disk.")];
};

/** The folder itself, or the one in which it would be made. */
const existing = (folder: string): string => (existsSync(folder) ? folder : existing(dirname(folder)));

/** Why it fails, if it does; permissions alone do not tell, for root or on what is mounted read-only. */
const writingTo = async (folder: string): Promise<string | undefined> => {
  try {
    await rm(await mkdtemp(join(folder, "doctor-")), { recursive: true });
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  }
};
