import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export const repository = join(__dirname, "..", "..");

export interface RunningNode {
  readonly child: ChildProcess;
  /** Everything it printed so far, line by line, standard output and error apart. */
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Resolves with the first printed line that matches; fails when it exits before. */
  line(pattern: RegExp): Promise<string>;
  exited: Promise<number | string>;
}

/** Starts a built script with no settings but these: nothing of the developer's environment leaks in. */
export const runNode = (
  script: string,
  {
    args = [],
    env = {},
    as = {},
  }: {
    readonly args?: readonly string[];
    readonly env?: Record<string, string>;
    /** Whose process it is, where the tests may choose. */
    readonly as?: { readonly uid?: number; readonly gid?: number };
  } = {},
): RunningNode => {
  const inherited = Object.fromEntries(
    ["PATH", "HOME", "TMPDIR"].flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : [])),
  ) as Record<string, string>;
  const child = spawn(process.execPath, [join(repository, "dist", script), ...args], {
    cwd: repository,
    ...as,
    // at the full hour it would write lines of its own into any log
    env: { ...inherited, SELF_TEST_SCHEDULE: "off", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out: string[] = [];
  const err: string[] = [];
  const waiting = new Set<() => void>();
  for (const [stream, lines] of [
    [child.stdout, out],
    [child.stderr, err],
  ] as const) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      for (const look of waiting) look();
    });
  }
  const exited = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  return {
    child,
    out,
    err,
    exited,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = [...out, ...err].find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void exited.then((code) =>
          reject(
            new Error(
              `${script} exited with ${code} before it printed ${pattern}:\n${[...out, ...err].join("\n")}`,
            ),
          ),
        );
      }),
  };
};
