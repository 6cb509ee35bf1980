import { once } from "node:events";
import { Agent, createServer } from "node:http";
import type { Server } from "node:http";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { AppError } from "../shared/app-error.ts";
import { loadApp } from "./app.ts";
import type { LoadedApp } from "./app.ts";
import { handleRequest } from "./http.ts";
import type { HttpContext } from "./http.ts";
import { describeError } from "./log.ts";
import { createRouteTable } from "./routes.ts";
import { applyLocalSettings, readRoutePrefix, readSetting } from "./settings.ts";
import { startTimers } from "./timers.ts";
import type { Timers } from "./timers.ts";

export interface LocalHost {
  readonly url: string;
  /** Lets requests and timers in flight finish, then runs the appTerminate hooks; takes 5 s at most. */
  stop(): Promise<void>;
}

interface LocalHostOptions {
  /** The folder with the app's package.json and host.json. */
  readonly appRoot: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Without it, no request needs a key. */
  readonly functionKey?: string | undefined;
  /** A response that sends nothing for this long is cut; the platform's 230 s by default. */
  readonly maxSilenceMs?: number;
}

const hostname = "127.0.0.1";
const defaultPort = 7071;
const maxBodyBytes = 100 * 1024 * 1024;
const platformMaxSilenceMs = 230_000;
const clientKeepAliveMs = 130_000;

/** The library's server closes an idle connection after 5 s: the host must close it first. */
const maxIdleUpstreamMs = 3000;

/** The platform gives a stop 5 s in all; requests in flight must leave the hooks a part of them. */
const maxStopMs = 5000;
const maxInFlightMs = 3000;
const lateArrivalMs = 250;

/** Runs the app in a folder with its local settings until the process gets SIGTERM or SIGINT. */
export const runLocalHost = async (appRoot: string): Promise<LocalHost> => {
  await applyLocalSettings(appRoot);
  const port = readPort();
  const host = await startLocalHost({ appRoot, port, functionKey: readSetting("FUNCTION_KEY") }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" || error.syscall !== "listen") throw error;
      throw new AppError(
        "misconfigured",
        `Port ${port} is taken by another program: set PORT to a free one.`,
        { cause: error },
      );
    },
  );
  const stop = (): void => {
    setTimeout(() => process.exit(0), maxStopMs);
    void host.stop().finally(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  return host;
};

/** Runs an Azure Functions app of the Node.js v4 model without Core Tools. */
export const startLocalHost = async ({
  appRoot,
  port,
  functionKey,
  maxSilenceMs = platformMaxSilenceMs,
}: LocalHostOptions): Promise<LocalHost> => {
  const running = new Set<Promise<unknown>>();
  const track = (run: Promise<unknown>): void => {
    running.add(run);
    void run.finally(() => running.delete(run)).catch(() => undefined);
  };

  // the port comes first, so that a second host gives up before it loads an app; early requests wait for the app
  const server = createServer({ noDelay: true, keepAliveTimeout: clientKeepAliveMs });
  const context = Promise.withResolvers<HttpContext>();
  server.on("request", (request, response) => {
    // without a listener, a client that leaves would end the process
    response.on("error", () => undefined);
    track(context.promise.then((ready) => handleRequest(ready, request, response)));
  });
  const address = `${hostname}:${await listen(server, port)}`;
  // Core Tools sets it too: the app reads its own address from it
  process.env["WEBSITE_HOSTNAME"] = address;

  const agent = new Agent({ keepAlive: true, timeout: maxIdleUpstreamMs });
  try {
    const routePrefix = await readRoutePrefix(appRoot);
    const app = await loadApp(appRoot);
    const routes = createRouteTable(app.functions, routePrefix);
    const timers = startTimers(app, track);
    context.resolve({
      app,
      routes,
      timers,
      agent,
      limits: { maxSilenceMs, maxBodyBytes },
      functionKey,
      hasHomepage: readSetting("AzureWebJobsDisableHomepage")?.toLowerCase() !== "true",
      fallbackHost: address,
    });
    let stopped: Promise<void> | undefined;
    return {
      url: `http://${address}`,
      stop: () => (stopped ??= stopHost({ server, agent, app, timers, running })),
    };
  } catch (error) {
    context.promise.catch(() => undefined);
    context.reject(error);
    server.close();
    server.closeAllConnections();
    throw error;
  }
};

const readPort = (): number => {
  const text = readSetting("PORT");
  if (text === undefined) return defaultPort;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new AppError("misconfigured", `PORT must be a whole number from 0 to 65535, but it is '${text}'.`);
};

const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, hostname);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? port) : port;
};

interface RunningHost {
  readonly server: Server;
  readonly agent: Agent;
  readonly app: LoadedApp;
  readonly timers: Timers;
  /** Requests and timer runs in flight. */
  readonly running: ReadonlySet<Promise<unknown>>;
}

const stopHost = async ({ server, agent, app, timers, running }: RunningHost): Promise<void> => {
  const deadline = Date.now() + maxStopMs;
  timers.stop();
  // a request that was sent before the stop may be unread yet: to close now would reset its connection
  await wait(lateArrivalMs);
  // in a busy process the wait ends before the sockets are read: they are read in the next turn of the event loop
  await nextTurn();
  server.close();
  await Promise.race([allEnded(running), wait(maxInFlightMs, undefined, { ref: false })]);

  const { appHookData, lifecycleData } = app.hooks;
  const hooks = app.hooks
    .run("appTerminate", { hookData: lifecycleData, appHookData })
    .catch((error: unknown) =>
      app.log("error", "system", `An appTerminate hook failed: ${describeError(error)}`),
    );
  await Promise.race([hooks, wait(deadline - Date.now(), undefined, { ref: false })]);
  server.closeAllConnections();
  agent.destroy();
  app.unload();
};

const allEnded = async (running: ReadonlySet<Promise<unknown>>): Promise<void> => {
  // a connection that is still open may bring another request meanwhile
  while (running.size > 0) await Promise.allSettled(running);
};
