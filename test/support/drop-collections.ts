import { execFileSync } from "node:child_process";
import { ChromaClient } from "chromadb";
import { enginesOf } from "./processes.ts";
import type { RunningApp } from "./running-app.ts";

/** Takes collections away under the running app, from its own engine. */
export const dropCollections = async (app: RunningApp, namespaces: readonly string[]): Promise<void> => {
  const [pid] = enginesOf(app.child.pid);
  const words = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  const port = Number(/--port (\d+)/.exec(words)?.[1]);
  const client = new ChromaClient({ host: "127.0.0.1", port });
  for (const namespace of namespaces) await client.deleteCollection({ name: `colophon-${namespace}` });
};
