import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A server on loopback that takes every connection and never says a word. */
export const startSilentServer = async (): Promise<{ readonly port: number; close(): void }> => {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(
      socket
        .on("error", () => undefined)
        .on("close", () => open.delete(socket))
        .resume(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
};
