import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { machineEnvironment } from "../../../src/config/machine-environment.ts";
import { AppError } from "../../../src/shared/app-error.ts";
import { withSignal } from "../../../src/shared/with-signal.ts";

/** The first answer waits for the start. */
const answerTimeoutMs = 60_000;
const stopGraceMs = 10_000;

interface Start {
  /** The program that runs it; one of its own, so that no other process shares its memory. */
  readonly node: string;
  /** The built local host of the repository, which stands for the Functions host. */
  readonly host: string;
  /** The unpacked package. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The unpacked package in the local host. */
export interface PackagedApp {
  readonly pid: number;
  /** Asks it as a visitor does. Fails when the answer is not whole. */
  ask(question: string): Promise<string>;
  /** Resolves with the next line of its log that matches. Fails when the app ends. */
  line(pattern: RegExp): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the package where it lies, and resolves as soon as its process runs. */
export const startPackagedApp = ({ node, host, folder, settings }: Start): PackagedApp => {
  const child = spawn(node, [host], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...machineEnvironment(), PORT: "0", LLM: "extractive", SELF_TEST_SCHEDULE: "off", ...settings },
  });
  const said: string[] = [];
  const waiting = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      said.push(line);
      for (const look of waiting) look(line);
    });
  }
  const fail = (why: string): AppError =>
    new AppError("internal", `The packaged app ${why}:\n${said.slice(-20).join("\n")}`);
  const exited = once(child, "close");

  const line = async (pattern: RegExp): Promise<string> => {
    const found = Promise.withResolvers<string>();
    const look = (text: string): void => {
      if (pattern.test(text)) found.resolve(text);
    };
    waiting.add(look);
    void exited.then(() => found.reject(fail("exited")));
    try {
      return await found.promise;
    } finally {
      waiting.delete(look);
    }
  };
  const address = line(/^Listening on /).then((text) => text.replace("Listening on ", ""));
  // given to callers
  address.catch(() => undefined);

  return {
    pid: child.pid ?? 0,
    line,
    ask: async (question) => {
      const signal = AbortSignal.timeout(answerTimeoutMs);
      const response = await fetch(`${await withSignal(address, signal)}/api/chat`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ messages: [{ role: "user", content: question }] }),
        signal,
      });
      const body = (await response.json()) as {
        readonly message?: { readonly content: string };
        readonly context?: { readonly degraded?: boolean };
      };
      if (response.ok && body.message && !body.context?.degraded) return body.message.content;
      throw fail(`answered ${response.status} ${JSON.stringify(body)}`);
    },
    stop: async () => {
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), stopGraceMs);
      await exited;
      clearTimeout(kill);
    },
  };
};
