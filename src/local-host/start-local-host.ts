import { once } from "node:events";
import { Agent, createServer } from "node:http";
import type { Server } from "node:http";
import { answerEmpty } from "./answer-empty.ts";
import { createRouteTable } from "./create-route-table.ts";
import { describeError } from "./describe-error.ts";
import { handleRequest } from "./handle-request.ts";
import type { RequestContext } from "./handle-request.ts";
import { loadApp } from "./load-app.ts";
import { readRoutePrefix } from "./read-route-prefix.ts";
import { readSetting } from "./read-setting.ts";
import { startQueues } from "./start-queues.ts";
import { startTimers } from "./start-timers.ts";
import { stopWithin } from "./stop-within.ts";

export interface LocalHostOptions {
  /** The folder with the app's package.json and host.json. */
  readonly appRoot: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly hostname?: string;
  /** Without it, no key is asked for. */
  readonly functionKey?: string;
  /** How long a response may be silent before it is cut. */
  readonly silenceLimitMs?: number;
}

export interface LocalHost {
  readonly url: string;
  /** Lets what runs finish, then runs the appTerminate hooks; takes 5 seconds at most. */
  stop(): Promise<void>;
}

const bodyLimitBytes = 100 * 1024 * 1024;
const platformSilenceLimitMs = 230_000;
// the library's server drops an idle connection after 5 s: leave it first
const idleConnectionMs = 3000;

/** Runs an Azure Functions app of the Node.js v4 model without Core Tools. */
export async function startLocalHost(options: LocalHostOptions): Promise<LocalHost> {
  const { appRoot, port, hostname = "127.0.0.1", functionKey, silenceLimitMs } = options;
  const running = new Set<Promise<unknown>>();
  const track = (run: Promise<unknown>): void => {
    running.add(run);
    void run.finally(() => running.delete(run)).catch(() => undefined);
  };

  // the port is taken first, so that a second host gives up before it starts an app
  const server = createServer({ noDelay: true, keepAliveTimeout: 130_000 });
  const context = Promise.withResolvers<RequestContext>();
  context.promise.catch(() => undefined);
  server.on("request", (request, response) => {
    // a client that leaves is no news
    response.on("error", () => undefined);
    const answer = context.promise.then((ready) => handleRequest(ready, request, response));
    track(
      answer.catch((error: unknown) => {
        process.stderr.write(`[error] ${describeError(error)}\n`);
        if (!response.writableEnded) answerEmpty(response, 500);
      }),
    );
  });
  const boundPort = await listen(server, port, hostname);

  const address = `${hostname}:${boundPort}`;
  // as Core Tools does: how an app learns its own address
  process.env["WEBSITE_HOSTNAME"] = address;
  const agent = new Agent({ keepAlive: true, timeout: idleConnectionMs });
  try {
    const prefix = await readRoutePrefix(appRoot);
    const app = await loadApp(appRoot);
    const routes = createRouteTable(app.functions, prefix);
    startQueues(app, track);
    const timers = startTimers(app, track);
    context.resolve({
      app,
      routes,
      timers,
      agent,
      limits: { silenceMs: silenceLimitMs ?? platformSilenceLimitMs, bodyBytes: bodyLimitBytes },
      functionKey: functionKey || undefined,
      hasHomepage: readSetting("AzureWebJobsDisableHomepage")?.toLowerCase() !== "true",
      fallbackHost: address,
      track,
    });
    let stopped: Promise<void> | undefined;
    return {
      url: `http://${address}`,
      stop: () => (stopped ??= stopWithin({ server, agent, app, timers, running })),
    };
  } catch (error) {
    context.reject(error);
    server.close();
    server.closeAllConnections();
    throw error;
  }
}

async function listen(server: Server, port: number, hostname: string): Promise<number> {
  server.listen(port, hostname);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? port) : port;
}
