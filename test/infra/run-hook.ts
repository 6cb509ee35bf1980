import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../support/repository.ts";

/** What a program that is stood in for answers. */
export interface Answer {
  /** Matches the program and its arguments. The first answer that does, and is not used up, is given. */
  readonly when: string;
  readonly out?: string;
  readonly err?: string;
  readonly code?: number;
  readonly times?: number;
}

interface Call {
  readonly line: string;
  readonly secret?: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface HookRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly calls: readonly Call[];
  /** Files that the hook has left in its temporary folder. */
  readonly left: readonly string[];
}

const programs = ["az", "azd", "npm"];

interface Machine {
  /** A program that is not installed. */
  readonly without?: string;
  /** The hooks alone are there, with nothing installed beside them. */
  readonly fresh?: boolean;
}

const findIn = (places: readonly string[], program: string): string =>
  places.map((place) => join(place, program)).find((file) => existsSync(file)) ?? program;

const onlyTheBasics = (folder: string, places: readonly string[]): string => {
  mkdirSync(folder);
  for (const program of ["bash", "sh", "dirname"])
    symlinkSync(findIn(places, program), join(folder, program));
  return folder;
};

/** As stand-in.sh reads it. */
const writePlanned = (
  folder: string,
  { when, out = "", err = "", code = 0, times = 1_000_000 }: Answer,
): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries({ when, out, err, code, times }))
    writeFileSync(join(folder, name), String(content));
};

/** As stand-in.sh wrote them down. */
const readCalls = (folder: string): readonly Call[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".line"))
    .sort()
    .map((name) => {
      const call = join(folder, name.slice(0, -".line".length));
      const exported = readFileSync(`${call}.env`, "utf8").matchAll(/^declare -x (\w+)="(.*)"$/gm);
      const secret = existsSync(`${call}.secret`) ? readFileSync(`${call}.secret`, "utf8") : undefined;
      return {
        line: readFileSync(`${call}.line`, "utf8"),
        env: Object.fromEntries([...exported].map(([, variable = "", value = ""]) => [variable, value])),
        ...(secret === undefined ? {} : { secret }),
      };
    });

/** Runs a hook of azure.yaml in bash, with stand-ins of az, azd and npm, and a standard input that never ends. */
export const runHook = async (
  hook: string,
  plan: readonly Answer[],
  env: Readonly<Record<string, string>> = {},
  { without, fresh = false }: Machine = {},
): Promise<HookRun> => {
  const folder = mkdtempSync(join(tmpdir(), "colophon-hook-"));
  try {
    const bin = join(folder, "bin");
    const temporary = join(folder, "tmp");
    mkdirSync(bin);
    mkdirSync(temporary);
    mkdirSync(join(folder, "calls"));
    for (const [index, answer] of plan.entries())
      writePlanned(join(folder, "plan", String(index).padStart(3, "0")), answer);
    for (const program of programs.filter((name) => name !== without))
      symlinkSync(join(repository, "test", "infra", "stand-in.sh"), join(bin, program));
    const hooks = join("infra", "hooks");
    if (fresh) cpSync(join(repository, hooks), join(folder, hooks), { recursive: true });
    const places = (process.env["PATH"] ?? "").split(":");
    // a folder of the system may hold what is not to be there, beside what every script needs
    const elsewhere = without === undefined ? places : [onlyTheBasics(join(folder, "basics"), places)];
    const child = spawn(findIn(places, "bash"), [join(fresh ? folder : repository, hooks, hook)], {
      env: {
        PATH: [bin, ...elsewhere].join(":"),
        TMPDIR: temporary,
        STAND_IN_FOLDER: folder,
        WAIT_SECONDS: "0",
        ...env,
      },
      // azd leaves the terminal open to a hook
      stdio: ["pipe", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, out, err, calls: readCalls(join(folder, "calls")), left: readdirSync(temporary) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
