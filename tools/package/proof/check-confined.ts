import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { AppError } from "../../../src/shared/app-error.ts";
import type { Places } from "./confinement.ts";

/** Fails unless this process can write where the app has to, not where it must not, and has loopback. */
export const checkConfined = async ({ app, share, temporary }: Places): Promise<void> => {
  for (const folder of [share, temporary]) {
    if (!canWrite(folder)) throw new AppError("internal", `${folder} cannot be written to`);
  }
  for (const folder of [app, join(app, "dist")]) {
    if (canWrite(folder)) throw new AppError("internal", `${folder} can be written to`);
  }
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  server.close();
};

const canWrite = (folder: string): boolean => {
  const file = join(folder, "probe");
  try {
    writeFileSync(file, "");
    rmSync(file);
    return true;
  } catch {
    return false;
  }
};
