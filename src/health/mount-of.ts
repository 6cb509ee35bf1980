import { readFile, realpath } from "node:fs/promises";
import { dirname } from "node:path";

/** A line of /proc/mounts. */
export interface Mount {
  readonly device: string;
  readonly folder: string;
  readonly type: string;
  readonly options: string;
}

/** What a folder lies on, also one that does not exist yet; `undefined` where the system does not tell. */
export const mountOf = async (folder: string): Promise<Mount | undefined> => {
  const lines = await readFile("/proc/mounts", "utf8").catch(() => "");
  const place = await existingPlace(folder);
  const mounts = lines.split("\n").flatMap((line) => {
    const [device, at, type, options] = line.split(" ").map(unescapeOctal);
    return device && at && type && options ? [{ device, folder: at, type, options }] : [];
  });
  const around = mounts.filter((mount) =>
    `${place}/`.startsWith(mount.folder === "/" ? "/" : `${mount.folder}/`),
  );
  // of two on the same folder, the later one covers the other
  return around.toSorted((a, b) => a.folder.length - b.folder.length).at(-1);
};

/** As it stands in /proc/mounts. */
export const mountLine = ({ device, folder, type, options }: Mount): string =>
  [device, folder, type, options].join(" ");

/** Whether it belongs to another machine: a database on it would be broken. */
export const isNetworkMount = ({ type }: Pick<Mount, "type">): boolean =>
  /^(?:cifs|smb|nfs|9p|fuse\.(?:sshfs|blobfuse))/.test(type);

const existingPlace = async (folder: string): Promise<string> => {
  const found = await realpath(folder).catch(() => undefined);
  return found ?? (dirname(folder) === folder ? folder : existingPlace(dirname(folder)));
};

/** A blank in a path is written `\040`. */
const unescapeOctal = (text: string): string =>
  text.replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
