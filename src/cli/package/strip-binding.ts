import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../../shared/app-error.ts";

const run = promisify(execFile);

const timeoutMs = 120_000;

/** What an engine with its symbols is larger than: stripped it is 46 MB, unstripped 437. */
const strippedBytes = 100_000_000;

/** The strip of a Mac and that of an ARM Linux do not know x64 Linux files: they fail, and the next is tried. */
const tools = ["llvm-strip", "x86_64-linux-gnu-strip", "strip"];

interface Binding {
  readonly file: string;
  /** Another strip program than the usual ones. */
  readonly tool: string | undefined;
  /** A folder for what is made on the way. */
  readonly temporary: string;
}

/** Reads the engine's binding without its symbols. Fails with `misconfigured`, saying how to get a strip tool. */
export const stripBinding = async ({ file, tool, temporary }: Binding): Promise<Uint8Array> => {
  if ((await stat(file)).size < strippedBytes) return readFile(file);
  const target = join(temporary, "stripped.node");
  const tried: string[] = [];
  for (const program of tool === undefined ? tools : [tool]) {
    const failure = await run(program, ["--strip-unneeded", "-o", target, file], { timeout: timeoutMs }).then(
      () => undefined,
      reasonOf,
    );
    if (failure === undefined && (await stat(target)).size < strippedBytes) return readFile(target);
    tried.push(`${program} (${failure ?? "left it as large as it was"})`);
  }
  throw new AppError(
    "misconfigured",
    `No tool here strips the Chroma engine: ${tried.join(", ")}.\n${howToGetOne}`,
  );
};

const reasonOf = (error: NodeJS.ErrnoException): string =>
  error.code === "ENOENT" ? "not installed" : (error.message.trim().split("\n").at(-1) ?? "failed");

const howToGetOne = `The engine is 437 MB with its symbols and 46 MB without. Install a strip tool for x64 Linux files:
  Debian, Ubuntu   apt-get install binutils        (on ARM: binutils-x86-64-linux-gnu)
  Fedora           dnf install binutils            (on ARM: llvm)
  macOS            brew install llvm, then npm run package -- --strip "$(brew --prefix llvm)/bin/llvm-strip"
  Windows          winget install LLVM.LLVM, then npm run package -- --strip "C:\\Program Files\\LLVM\\bin\\llvm-strip.exe"`;
