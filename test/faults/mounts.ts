import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { atEnd } from "./clean-up.ts";

const run = (command: string, ...words: readonly string[]): void =>
  void execFileSync(command, words, { stdio: ["ignore", "ignore", "pipe"] });

/** Mounts until the end of the scene; gives why that is not possible here, if so. */
const mountUntilEnd = (target: string, ...words: readonly string[]): string | undefined => {
  mkdirSync(target, { recursive: true });
  try {
    run("mount", ...words, target);
  } catch (error) {
    return `mounting is not permitted here: ${(error as Error).message.split("\n").at(-1) || "no mount"}`;
  }
  // it may still be in use then
  atEnd(() => run("umount", "--lazy", target));
  return undefined;
};

export const mountBind = (source: string, target: string): string | undefined =>
  mountUntilEnd(target, "--bind", source);

export const mountSmallDisk = (target: string, megabytes: number): string | undefined =>
  mountUntilEnd(target, "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs");

export const remountBind = (target: string, access: "ro" | "rw"): void =>
  run("mount", "-o", `remount,${access},bind`, target);
