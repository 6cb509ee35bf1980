import { existsSync } from "node:fs";
import { join } from "node:path";
import { parsePort } from "./parse-port.ts";
import { readLocalSettings } from "./read-local-settings.ts";
import { readSetting } from "./read-setting.ts";
import { startLocalHost } from "./start-local-host.ts";
import type { LocalHost } from "./start-local-host.ts";

const exitGraceMs = 5000;

/** Runs the app of a folder with its local settings until the process is told to stop. */
export async function runLocalHost(appRoot: string): Promise<LocalHost> {
  if (!existsSync(join(appRoot, "host.json"))) {
    throw new Error(`There is no host.json in ${appRoot}: start the host in the folder of a function app.`);
  }
  for (const [name, value] of Object.entries(await readLocalSettings(appRoot))) process.env[name] ||= value;
  const port = parsePort(readSetting("PORT"));
  const functionKey = readSetting("FUNCTION_KEY");

  const host = await startLocalHost({ appRoot, port, ...(functionKey ? { functionKey } : {}) }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" || error.syscall !== "listen") throw error;
      throw new Error(`Port ${port} is taken by another program: set PORT to a free one.`, { cause: error });
    },
  );
  const stop = (): void => {
    setTimeout(() => process.exit(0), exitGraceMs);
    void host.stop().finally(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  return host;
}
