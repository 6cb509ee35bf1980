import { createServer } from "node:net";
import { once } from "node:events";
import { ok, skipped, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** Whether npm start could listen, or listens already. */
export const checkPort = async (port: number): Promise<readonly Finding[]> => {
  if (port === 0) return [skipped("port", "any free one is taken (PORT=0)")];
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return [ok("port", `${port} is free`)];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" && (await isColophon(port)))
      return [ok("port", `Colophon is running on ${port}`)];
    const why = code === "EADDRINUSE" ? "is taken by another program" : `cannot be listened on (${code})`;
    return [wrong("port", `Port ${port} ${why}.`, "Set PORT to a free one, or to 0 for any.")];
  } finally {
    server.close();
  }
};

const isColophon = async (port: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/health`, {
      signal: AbortSignal.timeout(5_000),
    });
    const { status } = (await response.json()) as { readonly status?: unknown };
    return ["ok", "degraded", "unready"].includes(String(status));
  } catch {
    return false;
  }
};
