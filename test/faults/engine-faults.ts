import { setTimeout as delay } from "node:timers/promises";
import { ChromaClient } from "chromadb";
import { engineOf, eventually } from "../support/processes.ts";
import { atEnd } from "./clean-up.ts";
import type { Fault } from "./fault.ts";
import { enginesUnder, signalQuietly } from "./processes-of.ts";

const stoppedMs = 10_000;

export const engineFaults: readonly Fault[] = [
  {
    name: "sigkill",
    title: "engine SIGKILL",
    inject: async ({ app, root, verify }) => {
      const { pid } = engineOf(app.child.pid);
      process.kill(pid, "SIGKILL");
      const gone = await eventually(() => !enginesUnder(root).includes(pid), 2_000);
      verify("the engine was ended", gone);
    },
  },
  {
    name: "sigstop",
    title: "engine SIGSTOP for 10 s",
    inject: async ({ app, root, verify }) => {
      const { pid } = engineOf(app.child.pid);
      const goOn = atEnd(() => enginesUnder(root).includes(pid) && signalQuietly(pid, "SIGCONT"));
      process.kill(pid, "SIGSTOP");
      await delay(stoppedMs);
      verify("another engine took its place", engineOf(app.child.pid).pid !== pid);
      goOn();
    },
  },
  {
    name: "dropped",
    title: "collection dropped in the live engine",
    inject: async ({ app }) => {
      const { port } = engineOf(app.child.pid);
      await new ChromaClient({ host: "127.0.0.1", port }).deleteCollection({ name: "colophon-personal" });
    },
  },
];
