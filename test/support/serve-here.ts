import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll } from "@jest/globals";
import { askedThrough } from "./asked-app.ts";
import { openApp } from "./in-process-app.ts";
import type { InProcessApp } from "./in-process-app.ts";

const stops: (() => void)[] = [];

afterAll(() => {
  for (const stop of stops) stop();
});

/** The app in this process at an address of its own, for clients that send over a socket. */
export const serveHere = async (settings: Record<string, string>): Promise<InProcessApp> => {
  const app = openApp(settings);
  const server = createServer((request, response) => {
    const { method = "GET", url, headers, rawHeaders } = request;
    const pairs = rawHeaders.flatMap((name, index): [string, string][] =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : [],
    );
    const body = method === "GET" || method === "HEAD" ? {} : { body: Readable.toWeb(request) };
    const answer = async (): Promise<void> => {
      const sent = { method, headers: pairs, duplex: "half", ...body } as const;
      const answered = await app.fetch(new Request(`http://${headers.host}${url}`, sent));
      response.writeHead(answered.status, Object.fromEntries(answered.headers));
      if (!answered.body) return void response.end();
      await pipeline(Readable.fromWeb(answered.body), response);
    };
    // the caller went away
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { ...app, ...askedThrough(url, fetch) };
};
