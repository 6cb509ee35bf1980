import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface SilentServer {
  /** Makes an app send its telemetry there. */
  readonly env: { readonly APPLICATIONINSIGHTS_CONNECTION_STRING: string };
  close(): void;
}

/** A server on loopback that takes every connection and never says a word. */
export const startSilentServer = async (): Promise<SilentServer> => {
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
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://127.0.0.1:${port}/`,
    },
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
};
