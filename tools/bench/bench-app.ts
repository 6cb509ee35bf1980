import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { Agent, request as startRequest } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import * as z from "zod";
import { machineEnvironment } from "../../src/config/machine-environment.ts";
import { AppError } from "../../src/shared/app-error.ts";

const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** The app in its local host, as a visitor reaches it. */
export interface BenchApp {
  /** Posts a question over a connection that is kept, and tells how it was answered. */
  ask(question: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the built local host on a folder with a published generation, answering without a model. */
export const startApp = async (
  appRoot: string,
  dataFolder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<BenchApp> => {
  const child: Child = spawn(process.execPath, [join(appRoot, "dist", "local-host.cjs")], {
    cwd: appRoot,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...machineEnvironment(),
      PORT: "0",
      DATA_DIR: dataFolder,
      LLM: "extractive",
      CHROMA_MODE: "embedded",
      LOG_CONTENT: "false",
      LOG_FORMAT: "text",
      SELF_TEST_SCHEDULE: "off",
      ...env,
    },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const stop = async (): Promise<void> => {
    agent.destroy();
    await endProcess(child);
  };
  try {
    const url = new URL("/api/chat", await addressOf(child));
    return { ask: (question) => post(url, agent, question), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Goes on reading what the app prints: a full pipe would make it wait. */
const addressOf = (child: Child): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = "";
    const fail = (why: string): void =>
      reject(new AppError("internal", `The local host ${why}: ${said.trim()}`));
    const timer = setTimeout(() => fail(`did not listen within ${startTimeoutMs / 1_000} s`), startTimeoutMs);
    const listen = (chunk: string): void => {
      // only its beginning matters here
      if (said.length < 10_000) said += chunk;
      const address = /^Listening on (http\S+)$/m.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", listen);
    child.once("error", (error) => fail(`cannot be started, ${error.message}`));
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`exited with ${code}`);
    });
  });

const answerSchema = z.object({ context: z.object({ mode: z.string() }) });

const post = async (url: URL, agent: Agent, question: string): Promise<string> => {
  const body = JSON.stringify({ messages: [{ role: "user", content: question }] });
  const { status, text } = await exchange(url, agent, body);
  if (status !== 200) throw new AppError("internal", `The app answered ${status} to the bench: ${text}`);
  return answerSchema.parse(JSON.parse(text)).context.mode;
};

const exchange = (
  url: URL,
  agent: Agent,
  body: string,
): Promise<{ status: number | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const request = startRequest(url, { agent, method: "POST", headers }, (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (chunk: string) => (text += chunk))
        .on("end", () => resolve({ status: response.statusCode, text }))
        .on("error", reject);
    });
    request.on("error", reject).end(body);
  });

const endProcess = async (child: Child): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await exited;
  clearTimeout(kill);
};
