import { Agent, request as startRequest } from "node:http";
import { join } from "node:path";
import * as z from "zod";
import { AppError } from "../../src/shared/app-error.ts";
import { withSignal } from "../../src/shared/with-signal.ts";
import { addressOf, hostSettings, startNode } from "../../test/support/node-process.ts";

const startTimeoutMs = 30_000;

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
  const app = startNode({
    words: [join(appRoot, "dist", "local-host.cjs")],
    cwd: appRoot,
    env: {
      ...hostSettings,
      DATA_DIR: dataFolder,
      LLM: "extractive",
      CHROMA_MODE: "embedded",
      LOG_CONTENT: "false",
      LOG_FORMAT: "text",
      ...env,
    },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const stop = async (): Promise<void> => {
    agent.destroy();
    await app.stop();
  };
  try {
    const address = await withSignal(addressOf(app), AbortSignal.timeout(startTimeoutMs));
    const url = new URL("/api/chat", address);
    return { ask: (question) => post(url, agent, question), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

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
