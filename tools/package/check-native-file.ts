import { AppError } from "../../src/shared/app-error.ts";

/** Debian 12, the base of the image that Azure Functions runs Node 22 in. */
const newestGlibc = 36;

const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const machineOffset = 18;
const x64 = 0x3e;

/** Checks that a native file is one for Linux x64, and gives the glibc 2.x that it needs. */
export const checkNativeFile = (path: string, content: Uint8Array): number => {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!bytes.subarray(0, elf.length).equals(elf) || bytes.readUInt16LE(machineOffset) !== x64) {
    throw new AppError(
      "internal",
      `${path} is not a program for Linux x64: run npm ci, then npm run package.`,
    );
  }
  const needed = Math.max(0, ...namesOfGlibc(bytes));
  if (needed > newestGlibc) {
    throw new AppError(
      "internal",
      `${path} needs glibc 2.${needed}, and Azure Functions has 2.${newestGlibc}: package.json must pin an older version.`,
    );
  }
  return needed;
};

const namesOfGlibc = function* (bytes: Buffer): Generator<number> {
  const name = "GLIBC_2.";
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
    yield Number.parseInt(bytes.toString("latin1", at + name.length, at + name.length + 3), 10) || 0;
  }
};
