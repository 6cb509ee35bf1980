import type { Agent, Server } from "node:http";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { describeError } from "./describe-error.ts";
import type { LoadedApp } from "./load-app.ts";
import type { Timers } from "./start-timers.ts";

export interface Running {
  readonly server: Server;
  readonly agent: Agent;
  readonly app: LoadedApp;
  readonly timers: Timers;
  readonly running: ReadonlySet<Promise<unknown>>;
}

// the platform gives 5 s in all; what is in flight must leave the hooks some of it
const graceMs = 5000;
const inFlightGraceMs = 3000;
const lateArrivalsMs = 250;

/** Stops a host: takes no more work, waits for what runs, then runs the appTerminate hooks, all within the grace. */
export async function stopWithin({ server, agent, app, timers, running }: Running): Promise<void> {
  const deadline = Date.now() + graceMs;
  timers.stop();
  // a request that was sent before the stop may not have been read yet, and closing would reset it
  await wait(lateArrivalsMs);
  // where the process is busy, the wait is over before what came meanwhile is read: that is next
  await nextTurn();
  server.close();
  await Promise.race([waitForAll(running), wait(inFlightGraceMs, undefined, { ref: false })]);

  const { appHookData, lifecycleData } = app.hooks;
  const hooks = app.hooks.run("appTerminate", { hookData: lifecycleData, appHookData });
  const logged = hooks.catch((error: unknown) =>
    app.log("error", "system", `An appTerminate hook failed: ${describeError(error)}`),
  );
  await Promise.race([logged, wait(deadline - Date.now(), undefined, { ref: false })]);
  server.closeAllConnections();
  agent.destroy();
  app.unload();
}

async function waitForAll(running: ReadonlySet<Promise<unknown>>): Promise<void> {
  // what ends may have started more, as a message in a queue
  while (running.size > 0) await Promise.allSettled(running);
}
