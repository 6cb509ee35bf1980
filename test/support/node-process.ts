import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { machineEnvironment } from "../../src/config/machine-environment.ts";

const stopGraceMs = 30_000;

/** A process of Node, with the lines that it has printed so far. */
export interface NodeProcess {
  readonly child: ChildProcess;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Resolves with the first printed line that matches; fails when the process exits before. */
  readonly line: (pattern: RegExp) => Promise<string>;
  /** As `line`, of what is printed from now on. */
  readonly nextLine: (pattern: RegExp) => Promise<string>;
  /** The exit code or signal, once both outputs are read to their ends. */
  readonly exited: Promise<number | string>;
  /** Asks the process to end, and kills it after half a minute. */
  readonly stop: () => Promise<number | string>;
}

export interface NodeStart {
  /** The file that runs, then its arguments. */
  readonly words: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The program, where it is not the Node that runs this. */
  readonly node?: string;
  /** The user of the process, where the caller may choose. */
  readonly as?: { readonly uid?: number; readonly gid?: number };
}

/** Starts a process with no settings but these: nothing of the developer's environment reaches it. */
export const startNode = ({ words, cwd, env, node = process.execPath, as = {} }: NodeStart): NodeProcess => {
  const child = spawn(node, words, {
    cwd,
    ...as,
    env: { ...machineEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err]: [string[], string[]] = [[], []];
  const waiting = new Set<(lines: readonly string[]) => void>();
  for (const [stream, lines] of [
    [child.stdout, out],
    [child.stderr, err],
  ] as const) {
    let rest = "";
    // reads on without a listener too: a full pipe would make the process wait
    stream.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      for (const look of waiting) look(parts);
    });
  }
  const exited = Promise.race([
    // first, because an error makes the other promise reject: a program that cannot be started
    once(child, "error").then(([error]) => String(error)),
    once(child, "close").then(([code, signal]) => (code ?? signal) as number | string),
  ]);

  const nextLine = async (pattern: RegExp): Promise<string> => {
    const found = Promise.withResolvers<string>();
    const look = (lines: readonly string[]): void => {
      const line = lines.find((text) => pattern.test(text));
      if (line !== undefined) found.resolve(line);
    };
    waiting.add(look);
    void exited.then((code) =>
      found.reject(
        new Error(
          `${words[0]} exited with ${code} before it printed ${pattern}:\n${[...out, ...err].slice(-200).join("\n")}`,
        ),
      ),
    );
    try {
      return await found.promise;
    } finally {
      waiting.delete(look);
    }
  };

  return {
    child,
    out,
    err,
    exited,
    nextLine,
    line: async (pattern) => [...out, ...err].find((line) => pattern.test(line)) ?? nextLine(pattern),
    stop: async () => {
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), stopGraceMs);
      const code = await exited;
      clearTimeout(kill);
      return code;
    },
  };
};

/** Where a local host that was started on a free port listens. */
export const addressOf = async (host: NodeProcess): Promise<string> =>
  (await host.line(/^Listening on /)).replace("Listening on ", "");

/** What a host needs to be run beside others: a free port, and no self-test, which writes lines of its own at the full hour. */
export const hostSettings = { PORT: "0", SELF_TEST_SCHEDULE: "off" };
