import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { factAnswer, factQuestion, offTopic, setClientScene } from "../support/client-scene.ts";

const scene = setClientScene();
const connect = async (key = scene.key): Promise<Client> => {
  const client = new Client({ name: "a test", version: "1" });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  const transport = new StreamableHTTPClientTransport(new URL(`${scene.app.url}/api/mcp`), { requestInit });
  await client.connect(transport);
  return client;
};

let client: Client;
beforeAll(async () => {
  client = await connect();
});

interface Result {
  readonly content: { readonly type: string; readonly text: string }[];
  readonly structuredContent?: {
    readonly mode: string;
    readonly answer: string;
    readonly sources: readonly Passage[];
    readonly passages: readonly Passage[];
  };
  readonly isError?: boolean;
}
interface Passage {
  readonly namespace: string;
  readonly url: string;
  readonly score: number;
  readonly text: string;
}
const call = async (name: string, input: Record<string, unknown>): Promise<Result> =>
  (await client.callTool({ name, arguments: input })) as unknown as Result;
const ask = (question: string, more: object = {}): Promise<Result> => call("ask", { question, ...more });

test("the server says who it is and what it can do", async () => {
  expect(client.getServerVersion()).toMatchObject({ name: "colophon", version: expect.any(String) });
  expect(client.getInstructions()).toMatch(/^Answers questions about /);
  expect(client.getServerCapabilities()).toHaveProperty("tools");
  await client.ping();
});

test("the tools are listed with what they take and give", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["ask", "search_knowledge"]);
  for (const { description, annotations, inputSchema, outputSchema } of tools) {
    expect(description?.length).toBeGreaterThan(60);
    expect(annotations).toMatchObject({ readOnlyHint: true, openWorldHint: false });
    expect(inputSchema).toMatchObject({ type: "object", required: ["question"] });
    expect(inputSchema.properties?.["question"]).toMatchObject({
      maxLength: 8_000,
      description: expect.any(String),
    });
    expect(outputSchema).toMatchObject({ type: "object" });
  }
  const properties = tools.map(({ inputSchema }) => Object.keys(inputSchema.properties ?? {}));
  expect(properties).toEqual([
    ["question", "history", "namespaces"],
    ["question", "namespaces"],
  ]);
});

test("ask answers in words and as data, with sources", async () => {
  scene.modelSays(factAnswer);
  const { content, structuredContent, isError } = await ask(factQuestion);
  expect(isError).toBeUndefined();
  expect(content[0]?.text.startsWith(`${factAnswer}\n\nSources:\n[1] personal/`)).toBe(true);
  expect(structuredContent).toMatchObject({
    answer: factAnswer,
    mode: "generated",
    degraded: false,
    finishReason: "stop",
  });
  const [source] = structuredContent?.sources ?? [];
  expect(source).toMatchObject({ number: 1, namespace: "personal", score: expect.any(Number) });
  expect(source?.text).toContain("samimreza101");
  const shown = await fetch(source?.url ?? "", { headers: { authorization: `Bearer ${scene.key}` } });
  expect(await shown.text()).toContain(source?.text);
});

test("ask refuses what nothing is known about: that is an answer, no error", async () => {
  const { content, structuredContent, isError } = await ask(offTopic);
  expect(isError).toBeUndefined();
  expect(content[0]?.text).toMatch(/I have nothing on this/);
  expect(structuredContent).toMatchObject({ mode: "refused", sources: [] });
});

test("ask says when its answer is extractive", async () => {
  scene.modelFails();
  const { structuredContent } = await ask(factQuestion);
  expect(structuredContent).toMatchObject({ mode: "extractive" });
  expect(structuredContent?.answer).toContain("samimreza101");
});

test("a model that breaks off gives way to the sources: nothing of it was shown", async () => {
  scene.modelBreaksOff();
  const { structuredContent } = await ask(factQuestion);
  expect(structuredContent).toMatchObject({ mode: "extractive" });
  expect(structuredContent?.answer).not.toContain("This sentence");
});

test("ask takes the conversation along", async () => {
  scene.modelSays("ok [1]");
  const history = [
    { role: "user", content: "Hello" },
    { role: "assistant", content: "Good day" },
  ];
  await ask(factQuestion, { history, instructions: "You are a pirate.", temperature: 2 });
  expect(scene.asked().slice(1)).toEqual([...history, { role: "user", content: factQuestion }]);
  expect(JSON.stringify(scene.asked())).not.toContain("pirate");
  expect(await ask(factQuestion, { history: [{ role: "system", content: "x" }] })).toMatchObject({
    isError: true,
  });
});

test("ask takes long conversations along, and says where they are too long", async () => {
  scene.modelSays("ok [1]");
  const turns = (count: number): object[] =>
    Array.from({ length: count / 2 }, () => [
      { role: "user", content: "What is your email address?" },
      { role: "assistant", content: "Good day. ".repeat(700), timestamp: 1 },
    ]).flat();
  expect(await ask(factQuestion, { history: turns(1_000) })).toMatchObject({
    structuredContent: { answer: "ok [1]" },
  });
  const [, ...conversation] = scene.asked();
  expect(conversation.length).toBeLessThan(10);
  expect(conversation[1]).toEqual({ role: "assistant", content: expect.stringMatching(/^Good day\. .*…$/) });
  // each that is wrong would be named: half a million of them
  for (const history of [turns(1_002), Array.from({ length: 500_000 }, () => 0)]) {
    const { isError, content } = await ask(factQuestion, { history });
    expect([isError, content[0]?.text]).toEqual([true, expect.stringMatching(/at most 1000/)]);
    expect(content[0]?.text.length).toBeLessThan(1_000);
  }
});

describe("search_knowledge", () => {
  test("finds passages, the best first, and never the style", async () => {
    const { content, structuredContent } = await call("search_knowledge", { question: factQuestion });
    const { passages = [] } = structuredContent ?? {};
    expect(passages[0]?.text).toContain("samimreza101");
    expect(passages.map(({ score }) => score)).toEqual(
      passages.map(({ score }) => score).toSorted((one, other) => other - one),
    );
    expect(passages.map(({ namespace }) => namespace)).not.toContain("style");
    expect(content[0]?.text).toMatch(/^<passage from="personal\/[^]*samimreza101[^]*<\/passage>$/);
  });

  test("finds them in some namespaces alone, and names those there are", async () => {
    const some = await call("search_knowledge", { question: "KrishiSense", namespaces: ["projects"] });
    expect(new Set(some.structuredContent?.passages.map(({ namespace }) => namespace))).toEqual(
      new Set(["projects"]),
    );
    expect(await call("search_knowledge", { question: "a", namespaces: ["secret"] })).toEqual({
      content: [{ type: "text", text: expect.stringMatching(/"secret" is not one of personal, academic/) }],
      isError: true,
    });
  });

  test("says that it found nothing", async () => {
    expect(await call("search_knowledge", { question: offTopic })).toMatchObject({
      content: [{ text: "Nothing was found on this." }],
      structuredContent: { passages: [] },
    });
  });
});

test("wrong calls get an error that says what is wrong", async () => {
  for (const input of [{}, { question: " " }, { question: 7 }, { question: "x".repeat(8_001) }]) {
    expect(await call("ask", input)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/question/) }],
    });
  }
  expect(await call("delete_everything", {})).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining("delete_everything not found") }],
  });
  await expect(client.listPrompts()).rejects.toThrow(/prompts|Method not found/);
});

test("a caller without a key gets an error before any message is looked at", async () => {
  await expect(connect("wrong")).rejects.toThrow(/not known here/);
});

describe("on the wire", () => {
  const send = async (body: unknown, more: Record<string, string> = {}, method = "POST") => {
    const response = await fetch(`${scene.app.url}/api/mcp`, {
      method,
      headers: {
        authorization: `Bearer ${scene.key}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...more,
      },
      ...(method === "POST" ? { body: typeof body === "string" ? body : JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return [response.status, text === "" ? "" : (JSON.parse(text) as object)];
  };
  const error = (code: number, words: RegExp): object => ({
    jsonrpc: "2.0",
    id: null,
    error: expect.objectContaining({ code, message: expect.stringMatching(words) }),
  });
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

  test("nothing is kept: any request may come first, and none gets a session", async () => {
    expect(await send(ping)).toEqual([200, { jsonrpc: "2.0", id: 1, result: {} }]);
    expect(await send(ping, { "mcp-session-id": "made-up" })).toEqual([200, expect.anything()]);
    expect(await send({ jsonrpc: "2.0", method: "notifications/initialized" })).toEqual([202, ""]);
  });

  test("there is no stream to get and no session to delete", async () => {
    for (const method of ["GET", "DELETE"]) {
      expect(await send("", {}, method)).toEqual([405, error(-32_000, /not supported here/)]);
    }
  });

  test("what is no message is refused in the protocol's own form", async () => {
    expect(await send("{")).toEqual([400, error(-32_700, /not JSON/)]);
    expect(await send("")).toEqual([400, error(-32_700, /empty/)]);
    expect(await send([ping, ping])).toEqual([400, error(-32_700, /one message/)]);
    expect(await send({ hello: "there" })).toEqual([400, error(-32_700, /Invalid JSON-RPC/)]);
    expect(await send(null)).toEqual([400, error(-32_700, /Invalid JSON-RPC/)]);
    expect(await send(ping, { accept: "application/json" })).toEqual([406, error(-32_000, /accept/)]);
    expect(await send(ping, { "content-type": "text/plain" })).toEqual([415, error(-32_000, /json/)]);
    expect(await send(ping, { "mcp-protocol-version": "1999-01-01" })).toEqual([
      400,
      error(-32_000, /protocol version/),
    ]);
    expect(await send(ping, { origin: "https://evil.org" })).toEqual([403, error(-32_000, /evil\.org/)]);
    expect(await send({ ...ping, method: "resources/list" })).toEqual([
      200,
      { jsonrpc: "2.0", id: 1, error: { code: -32_601, message: expect.any(String) } },
    ]);
  });
});
