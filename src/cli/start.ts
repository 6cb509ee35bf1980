import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { runLocalHost } from "../local-host/start.ts";
import { AppError } from "../shared/app-error.ts";
import { appRoot } from "../shared/app-root.ts";
import { defineCommand } from "./lib/define-command.ts";
import { readLocalConfig } from "./lib/read-local-config.ts";
import { outputClosed } from "./lib/output-closed.ts";
import { runCommand } from "./lib/run-command.ts";

/** `npm start`: ingests what is not yet ingested, and serves it. */
const start = defineCommand({
  name: "npm start",
  description:
    "Ingests what is not yet ingested, and serves it until Ctrl+C. PORT and KNOWLEDGE_DIR are settings.",
  example: "KNOWLEDGE_DIR=my-files PORT=7072 npm start",
  args: {},
  run: async () => {
    const { knowledgeIsDemo } = await readLocalConfig();
    stopWithoutReader();
    const isIngested = (await ingest()) !== 1;
    if (!isIngested) write("Serving what was ingested before, if anything was.");
    // the host's own page would be in the place of the app's
    process.env["AzureWebJobsDisableHomepage"] ||= "true";
    const { url } = await runLocalHost(appRoot()).catch((error: Error) => {
      throw new AppError("misconfigured", error.message, { cause: error });
    });
    const { status } = await firstHealth(url);
    if (status === "unready") {
      write(
        `\nColophon is listening on ${url}, but cannot answer yet: the lines above say why. Ctrl+C stops it.`,
      );
      return 0;
    }
    const question = knowledgeIsDemo && isIngested ? "Who was Ada Lovelace?" : "What do you know?";
    write(`
Colophon is listening on ${url} (${status}). Open that in a browser, or ask in another terminal:

  curl -N ${url}/api/chat/stream -H "content-type: application/json" -d "{\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"${question}\\"}]}"

Ctrl+C stops it.
`);
    return 0;
  },
});

/** A server without anybody to read what it prints would stay there unnoticed. */
const stopWithoutReader = (): void =>
  outputClosed.addEventListener("abort", () => {
    // once the host runs, it stops as after Ctrl+C
    if (!process.emit("SIGTERM")) process.exit();
  });

/**
 * In a process of its own, so that its memory is given back before the first question; and without a terminal to ask on,
 * so that it keeps what is served rather than wait for an answer.
 */
const ingest = async (): Promise<number> => {
  const command = spawn(process.execPath, [join(__dirname, "ingest.cjs")], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(command, "exit")) as [number | null];
  return code ?? 1;
};

/** Asked at once, so that the engine is up before the first visitor comes. */
const firstHealth = async (url: string): Promise<{ readonly status: string }> => {
  const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(60_000) });
  return (await response.json()) as { status: string };
};

const write = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

void runCommand(start);
