import { rm, writeFile } from "node:fs/promises";
import { Agent, request as startRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHostRunner } from "./host-process.ts";
import type { HostProcess, HostRunner } from "./host-process.ts";

const app = `
const pause = (ms) => new Promise((proceed) => setTimeout(proceed, ms));
async function* ticks(count, ms) {
  for (let index = 0; index < count; index += 1) { if (index) await pause(ms); yield Buffer.from("tick " + index + "\\n"); }
}
app.http("ticks", { handler: async () => ({ headers: { "content-type": "text/event-stream" }, body: ticks(4, 150) }) });
app.http("echo", { methods: ["POST", "PUT", "DELETE"], handler: async (request) => ({ body: request.body }) });
app.http("early", { methods: ["POST"], handler: async () => ({ status: 403, body: "not wanted" }) });
app.http("early-partly", { methods: ["POST"], handler: async (request) => {
  for await (const chunk of request.body) return { body: "read " + (chunk.length > 0) };
} });
app.http("describe", { route: "items/{id:int}", methods: ["GET", "POST"], handler: async (request, context) => ({
  status: 201,
  headers: { "x-seen": request.headers.get("x-asked"), "set-cookie": "a=1" },
  cookies: [{ name: "b", value: "2", httpOnly: true }],
  jsonBody: { url: request.url, id: request.params.id, q: request.query.get("q"), trace: context.traceContext.traceParent },
}) });
app.http("swallow", { methods: ["POST"], handler: async (request) => ({ body: String((await request.arrayBuffer()).byteLength) }) });
app.http("throws", { handler: async () => { throw new Error("the handler broke"); } });
app.http("throws-later", { handler: async () => ({ body: (async function* () {
  yield Buffer.from("started");
  throw new Error("the body broke");
})() }) });
app.http("returns-nothing", { handler: async () => {} });
app.http("counts", { handler: async () => ({ body: ticks(100, 20) }) });
app.http("silent", { handler: async () => ({ body: (async function* () {
  yield Buffer.from("started");
  await pause(60_000);
})() }) });
app.http("mute", { handler: () => pause(60_000) });
`;

let runner: HostRunner;
let host: HostProcess;
let url: string;

beforeAll(async () => {
  runner = await createHostRunner();
  host = await runner.run({ app });
  url = await host.url();
});
afterAll(() => runner.dispose());

describe("a streaming answer", () => {
  test("reaches the client chunk by chunk, as the app gives it", async () => {
    const response = await fetch(`${url}/api/ticks`);
    const times: number[] = [];
    const chunks: string[] = [];
    for await (const chunk of response.body ?? []) {
      times.push(performance.now());
      chunks.push(Buffer.from(chunk).toString());
    }
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(chunks).toEqual(["tick 0\n", "tick 1\n", "tick 2\n", "tick 3\n"]);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(75);
  });

  test("carries the route's parameters, the query, headers, cookies, the status and the trace", async () => {
    const traceparent = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
    const response = await fetch(`${url}/api/items/7?q=a%20b`, {
      headers: { "x-asked": "yes", traceparent },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("x-seen")).toBe("yes");
    expect(response.headers.getSetCookie()).toEqual(["b=2; HttpOnly"]);
    expect(await response.json()).toEqual({
      url: `${url}/api/items/7?q=a%20b`,
      id: "7",
      q: "a b",
      trace: traceparent,
    });
  });

  test("makes a trace where the caller sent none", async () => {
    const response = await fetch(`${url}/api/items/7`);
    expect(await response.json()).toMatchObject({
      trace: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-00$/),
    });
  });

  test("is empty with status 204 when the handler returns nothing", async () => {
    const response = await fetch(`${url}/api/returns-nothing`);
    expect([response.status, await response.text()]).toEqual([204, ""]);
  });
});

describe("a request body", () => {
  test.each([{ method: "POST" }, { method: "PUT" }, { method: "DELETE" }])(
    "of a $method comes back byte for byte",
    async (options) => {
      const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
      const response = await fetch(`${url}/api/echo`, { ...options, body: sent });
      expect(Buffer.from(await response.arrayBuffer()).equals(sent)).toBe(true);
    },
  );

  test.each(["POST", "DELETE"])("of a %s may be of unknown length", async (method) => {
    const { answer, text } = await send("/api/echo", { method, chunks: ["one ", "two"] });
    expect([answer.statusCode, text]).toEqual([200, "one two"]);
  });

  test.each(["early", "early-partly"])(
    "of 10 MB does not reset the client when the app answers first (%s)",
    async (name) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let round = 0; round < 3; round += 1) {
        // with one connection, each round needs the whole body of the one before to be taken
        const chunks = [Buffer.alloc(10_000_000)];
        const { text } = await send(`/api/${name}`, { method: "POST", chunks, agent });
        expect(["not wanted", "read true"]).toContain(text);
      }
      agent.destroy();
      expect((await fetch(`${url}/api/items/1`)).status).toBe(201);
    },
  );

  test("over 100 MB is refused with 413, whether its length is announced or not", async () => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("POST /api/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 104857601\r\n\r\n");
    const [answer]: unknown[] = await once(socket, "data");
    socket.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);

    const chunk = Buffer.alloc(1024 * 1024);
    const tooLong = await send("/api/swallow", {
      method: "POST",
      chunks: Array.from({ length: 101 }, () => chunk),
    });
    expect([tooLong.answer.statusCode, tooLong.text]).toEqual([413, ""]);
  });
});

describe("an app that fails", () => {
  test("in its handler answers 500 with an empty body, and its error is logged", async () => {
    const response = await fetch(`${url}/api/throws`);
    expect([response.status, await response.text()]).toEqual([500, ""]);
    await host.printed(/\[error\] Executed 'throws' \(Failed\): Error: the handler broke/);
  });

  test("in the middle of its body ends the client's response after what it gave", async () => {
    const response = await fetch(`${url}/api/throws-later`);
    const received: string[] = [];
    await expect(
      (async () => {
        for await (const chunk of response.body ?? []) received.push(Buffer.from(chunk).toString());
      })(),
    ).rejects.toThrow("terminated");
    expect([response.status, received]).toEqual([200, ["started"]]);
    await host.printed(/Executed 'throws-later' \(Failed\): Error: the body broke/);
  });
});

describe("a client that leaves", () => {
  test("during the answer or during its own body does no harm to other requests", async () => {
    for (let round = 0; round < 5; round += 1) {
      const abort = new AbortController();
      const response = await fetch(`${url}/api/counts`, { signal: abort.signal });
      await response.body?.getReader().read();
      abort.abort();

      for (const path of ["echo", "swallow"]) {
        const socket = connect(Number(new URL(url).port), "127.0.0.1");
        await once(socket, "connect");
        socket.write(`POST /api/${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nonly a part`);
        await new Promise((proceed) => setTimeout(proceed, 20));
        socket.resetAndDestroy();
      }
    }
    // an app that waits for the body gets an error
    await host.printed(/(?:Executed 'swallow' \(Failed\)[^]*){5}/);
    const response = await fetch(`${url}/api/ticks`);
    expect(await response.text()).toBe("tick 0\ntick 1\ntick 2\ntick 3\n");
    expect(host.child.exitCode).toBeNull();
  });
});

describe("a silent response", () => {
  test("is cut after the platform's limit: with 504 before it starts, by a broken connection after", async () => {
    const entry = join(tmpdir(), `colophon-silent-host-${process.pid}.ts`);
    const start = JSON.stringify(resolve("src/local-host/start.ts"));
    await writeFile(
      entry,
      `import { startLocalHost } from ${start};
      void startLocalHost({ appRoot: process.cwd(), port: 0, maxSilenceMs: 300 })
        .then(({ url }) => process.stdout.write("Listening on " + url + "\\n"));`,
    );
    const silentRunner = await createHostRunner(entry);
    try {
      const silentUrl = await (await silentRunner.run({ app })).url();
      const mute = await fetch(`${silentUrl}/api/mute`);
      expect([mute.status, await mute.text()]).toEqual([504, ""]);
      const silent = await fetch(`${silentUrl}/api/silent`);
      await expect(silent.text()).rejects.toThrow("terminated");
      const ticks = await fetch(`${silentUrl}/api/ticks`);
      expect(await ticks.text()).toContain("tick 3");
    } finally {
      await silentRunner.dispose();
      await rm(entry);
    }
  });
});

interface Sending {
  readonly method: string;
  readonly chunks: readonly (string | Buffer)[];
  readonly agent?: Agent;
}

/** Sends a body without a content-length, chunk by chunk, as `fetch` can't for every method. */
const send = async (
  path: string,
  { method, chunks, agent }: Sending,
): Promise<{ answer: IncomingMessage; text: string }> => {
  const request = startRequest(url + path, { method, agent, headers: { "transfer-encoding": "chunked" } });
  const answered = new Promise<IncomingMessage>((answer, fail) => {
    request.on("response", answer).on("error", fail);
  });
  for (const chunk of chunks) request.write(chunk);
  request.end();
  const answer = await answered;
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  return { answer, text };
};
