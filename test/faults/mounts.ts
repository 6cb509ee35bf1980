import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { atEnd } from "./clean-up.ts";

/** Only root mounts: a hosted runner's user becomes it without a password. */
const asRoot = (...words: readonly string[]): void => {
  const [command = "", ...rest] = process.getuid?.() === 0 ? words : ["sudo", "-n", ...words];
  execFileSync(command, rest, { stdio: ["ignore", "ignore", "pipe"] });
};

/** Mounts until the end of the scene; gives why that is not possible here, if so. */
const mountUntilEnd = (target: string, ...words: readonly string[]): string | undefined => {
  mkdirSync(target, { recursive: true });
  try {
    asRoot("mount", ...words, target);
  } catch (error) {
    return `mounting is not permitted here: ${(error as Error).message.split("\n").at(-1) || "no mount"}`;
  }
  // it may still be in use then
  atEnd(() => asRoot("umount", "--lazy", target));
  return undefined;
};

export const mountBind = (source: string, target: string): string | undefined =>
  mountUntilEnd(target, "--bind", source);

export const mountSmallDisk = (target: string, megabytes: number): string | undefined =>
  mountUntilEnd(target, "-t", "tmpfs", "-o", `size=${megabytes}m,mode=1777`, "tmpfs");

export const remountBind = (target: string, access: "ro" | "rw"): void =>
  asRoot("mount", "-o", `remount,${access},bind`, target);
