import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "@jest/globals";

export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly began: number;
  readonly ended: number;
}

export interface RecordingProxy {
  readonly url: string;
  readonly calls: RecordedCall[];
}

/** Passes requests on to a server and writes down when each began and ended. */
export const startRecordingProxy = async (target: string): Promise<RecordingProxy> => {
  const calls: RecordedCall[] = [];
  const server = createServer((incoming, outgoing) => {
    const began = performance.now();
    const { method = "", url: path = "", headers } = incoming;
    const passed = request(new URL(path, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing).on("finish", () => calls.push({ method, path, began, ended: performance.now() }));
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAllClose(() => server.closeAllConnections());
  afterAllClose(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
};

const closers: (() => void)[] = [];
const afterAllClose = (close: () => void): void => void closers.push(close);

afterAll(() => {
  for (const close of closers) close();
});
