import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { once } from "node:events";
import { afterAll } from "@jest/globals";

export interface CuttableProxy {
  readonly url: string;
  /** Breaks every connection off; no new ones come through until `restore`. */
  readonly cut: () => void;
  readonly restore: () => void;
}

const stops: (() => void)[] = [];

afterAll(() => {
  for (const stop of stops) stop();
});

/** Stands between a browser and an app, as the network does. */
export const startCuttableProxy = async (target: string): Promise<CuttableProxy> => {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return socket.destroy();
    const upstream = connect(Number(port), hostname);
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end
        .on("error", () => undefined)
        .on("close", () => {
          sockets.delete(end);
          socket.destroy();
          upstream.destroy();
        });
    }
    return socket.pipe(upstream).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  stops.push(() => {
    cut();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    restore: () => {
      isCut = false;
    },
  };
};
