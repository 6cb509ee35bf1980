import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { freePort } from "../src/engine/free-port.ts";
import { startLoopbackServer } from "./support/loopback-server.ts";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { openApp } from "./support/in-process-app.ts";
import type { InProcessApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
let mock: LLMock;
let app: InProcessApp;

beforeAll(async () => {
  await ingestedOnce(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  mock = new LLMock({ port: 0 });
  await mock.start();
  app = openApp({
    DATA_DIR,
    OPENAI_BASE_URL: `${mock.url}/v1`,
    OPENAI_API_KEY: "sk-secret",
    OPENAI_MODEL: "gpt-test",
  });
});
beforeEach(() => {
  mock.clearRequests();
});
afterEach(() => {
  mock.clearFixtures();
});
afterAll(() => mock.stop());

const question = "give me your facebook id";
const stream = async (of: InProcessApp = app): Promise<readonly Line[]> => {
  const response = await of.post("/api/chat/stream", { messages: [{ role: "user", content: question }] });
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
};

test("a model's answer is streamed in pieces, with the sources and what it cost", async () => {
  mock.on(
    {},
    { content: "It is https://www.facebook.com/samimreza101 [1], as his page says." },
    { chunkSize: 10 },
  );
  const lines = await stream();
  expect(lines[0]).toMatchObject({ context: { mode: "generated", citations: expect.any(Array) } });
  const pieces = lines.flatMap(({ delta }) => delta?.content ?? []);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join("")).toBe("It is https://www.facebook.com/samimreza101 [1], as his page says.");
  expect(lines.at(-1)).toMatchObject({
    context: { mode: "generated", finish_reason: "stop", usage: { prompt_tokens: expect.any(Number) } },
  });
});

test("the model is given rules, voice, numbered sources and the conversation, but no caller's system prompt", async () => {
  mock.on({ systemMessage: "Rewrite the visitor's question" }, { content: question });
  mock.on({}, { content: "ok" });
  await app.post("/api/chat", {
    messages: [
      { role: "system", content: "You are a pirate." },
      { role: "user", content: "Hello there" },
      { role: "assistant", content: "Good day" },
      { role: "user", content: question },
    ],
  });
  const body = mock.getLastRequest()?.body as {
    messages: { role: string; content: string }[];
    model: string;
  };
  const [system, ...rest] = body.messages;
  expect(body.model).toBe("gpt-test");
  expect(system?.role).toBe("system");
  expect(system?.content).toMatch(/<source id="1" from="personal\/[\s\S]*samimreza101[\s\S]*<\/source>/);
  expect(system?.content).toMatch(/<voice>\n[\s\S]+<\/voice>/);
  expect(JSON.stringify(body)).not.toContain("pirate");
  expect(rest).toEqual([
    { role: "user", content: "Hello there" },
    { role: "assistant", content: "Good day" },
    { role: "user", content: question },
  ]);
});

test("a rate limit is answered by trying again", async () => {
  mock.on({}, { content: "At last [1]." });
  mock.nextRequestError(429, { message: "slow down", type: "rate_limit_error" });
  expect(await app.ask(question)).toMatchObject({
    status: 200,
    message: { content: "At last [1]." },
    context: { mode: "generated" },
  });
  expect(mock.getRequests()).toHaveLength(2);
});

test("a model that breaks off in mid-stream ends the stream with an error line", async () => {
  mock.on(
    {},
    { content: "This sentence will never be brought to its end, alas." },
    { chunkSize: 5, truncateAfterChunks: 4, latency: 40 },
  );
  const lines = await stream();
  expect(lines[0]).toMatchObject({ context: { mode: "generated" } });
  expect(lines.at(-1)).toEqual({
    error: { code: "model_failed", message: expect.stringContaining("broke off") },
  });
});

test("without a stream, a model that breaks off gives way to the sources", async () => {
  mock.on(
    {},
    { content: "This sentence will never be brought to its end, alas." },
    { chunkSize: 5, truncateAfterChunks: 4 },
  );
  const answer = await app.ask(question);
  expect(answer).toMatchObject({ status: 200, context: { mode: "extractive" } });
  expect(answer.message?.content).toContain("samimreza101");
  expect(answer.message?.content).not.toContain("This sentence");
});

test("a model that refuses every try gives way to the sources, and the log says why", async () => {
  mock.on({}, { error: { message: "no such model", type: "invalid_request_error" }, status: 404 });
  const answer = await app.ask(question);
  expect(answer).toMatchObject({ status: 200, context: { mode: "extractive" } });
  expect(app.out).toContainEqual(
    expect.stringMatching(/^\[ERROR\] model failed, answering from the sources alone: .*404/),
  );
});

test("a question that a content filter stopped is answered kindly, and not from the sources", async () => {
  mock.on(
    {},
    { error: { message: "filtered", type: "invalid_request_error", code: "content_filter" }, status: 400 },
  );
  const answer = await app.ask(question);
  expect(answer).toMatchObject({
    status: 200,
    message: { content: expect.stringContaining("content filter") },
    context: { mode: "refused", finish_reason: "content_filter", citations: [] },
  });
  expect(mock.getRequests()).toHaveLength(1);
});

test("nothing relevant is refused without asking the model", async () => {
  mock.on({}, { content: "I make things up." });
  expect(await app.ask("Which team won the football world cup in 1998?")).toMatchObject({
    context: { mode: "refused" },
  });
  expect(mock.getRequests()).toEqual([]);
});

test("a dead server gives way to the sources", async () => {
  const dead = openApp({
    DATA_DIR,
    OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1`,
    OPENAI_MODEL: "gpt-test",
  });
  const lines = await stream(dead);
  expect(lines[0]).toMatchObject({ context: { mode: "extractive" } });
  expect(lines.map(({ delta }) => delta?.content ?? "").join("")).toContain("samimreza101");
});

test("a server that never answers gives way to the sources within the request's time", async () => {
  const silent = await startLoopbackServer(() => undefined);
  const slow = openApp({
    DATA_DIR,
    OPENAI_BASE_URL: `${silent}/v1`,
    OPENAI_MODEL: "gpt-test",
    REQUEST_TIMEOUT_SECONDS: "2",
  });
  // its first question would wait for the engine as well
  await slow.fetch("/api/health");
  expect(await slow.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
});

test("a server that asks for a long wait gives way to the sources", async () => {
  const busy = openApp({
    DATA_DIR,
    ...(await answering(429, { "retry-after": "45" })),
    REQUEST_TIMEOUT_SECONDS: "30",
  });
  const answer = await busy.ask(question);
  expect(answer).toMatchObject({ status: 200, context: { mode: "extractive" } });
});

test("a server that says a word and then nothing gives way to the sources", async () => {
  const hanging = openApp({
    DATA_DIR,
    ...(await answering(200, { "content-type": "text/event-stream" }, (response) => {
      response.write('data: {"choices":[{"index":0,"delta":{"content":"Well"}}]}\n\n');
    })),
    REQUEST_TIMEOUT_SECONDS: "6",
  });
  await hanging.fetch("/api/health");
  const answer = await hanging.ask(question);
  expect(answer).toMatchObject({ status: 200, context: { mode: "extractive" } });
  expect(answer.message?.content).not.toContain("Well");
});

test("what a server says of a failed request stays out of the log: it may repeat the prompt", async () => {
  const echoing = openApp({
    DATA_DIR,
    ...(await answering(400, {}, (response) =>
      response.end(`{"error":{"message":"bad prompt: ${question}"}}`),
    )),
  });
  expect(await echoing.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
  expect(echoing.out.join("\n")).toMatch(/\[ERROR\] model failed, .*answered 400/);
  expect(echoing.out.join("\n")).not.toContain("facebook id");
});

/** A server that answers every request in this way; gives the settings that lead to it. */
const answering = async (
  status: number,
  headers: Record<string, string>,
  write: (response: ServerResponse) => void = (response) => response.end(),
): Promise<Record<string, string>> => {
  const url = await startLoopbackServer((_, response) => write(response.writeHead(status, headers)));
  return { OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: "gpt-test" };
};

test("neither the key nor the visitor's words are in the log", () => {
  expect(app.out.join("\n")).not.toMatch(/sk-secret|facebook id|football/);
});

interface Line {
  readonly delta?: { readonly content?: string };
  readonly context?: object;
  readonly error?: object;
}
