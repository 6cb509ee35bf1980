import { ChromaClient } from "chromadb";
import { engineOf } from "./processes.ts";
import type { RunningApp } from "./running-app.ts";

/** Takes collections away under the running app, from its own engine. */
export const dropCollections = async (app: RunningApp, namespaces: readonly string[]): Promise<void> => {
  const { port } = engineOf(app.child.pid);
  const client = new ChromaClient({ host: "127.0.0.1", port });
  for (const namespace of namespaces) await client.deleteCollection({ name: `colophon-${namespace}` });
};
