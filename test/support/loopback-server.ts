import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll } from "@jest/globals";

/** Answers a request, of which the whole body is given as well. */
export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const stops: (() => void)[] = [];

afterAll(() => {
  for (const stop of stops) stop();
});

/** A server on a free port of this machine that is gone after the file's tests; gives its address. */
export const startLoopbackServer = async (answer: Answer): Promise<string> => {
  const server = createServer((request, response) => {
    text(request).then(
      (body) => answer(request, response, body),
      () => response.destroy(),
    );
  });
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
