import { existsSync } from "node:fs";
import { join } from "node:path";
import { parsePort } from "./parse-port.ts";
import { readLocalSettings } from "./read-local-settings.ts";
import { readSetting } from "./read-setting.ts";
import { startLocalHost } from "./start-local-host.ts";

const exitGraceMs = 5000;

async function main(): Promise<void> {
  const appRoot = process.cwd();
  if (!existsSync(join(appRoot, "host.json"))) {
    throw new Error(`There is no host.json in ${appRoot}: start the host in the folder of a function app.`);
  }
  for (const [name, value] of Object.entries(await readLocalSettings(appRoot))) process.env[name] ??= value;
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
  process.stdout.write(`Listening on ${host.url}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
