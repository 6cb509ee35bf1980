import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { setClientScene } from "./support/client-scene.ts";
import { repository } from "./support/repository.ts";

/*
 * What goes over the wire, to the letter: a change here is a change for every client there is. After one
 * that is meant, UPDATE_PINS=1 writes the transcripts again; read what has changed in them.
 */

const pins = join(repository, "test", "pins");
const scene = setClientScene(join(pins, "knowledge"));

interface Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
interface Exchange extends Request {
  /** What happens. */
  readonly story: string;
  /** What the model does meanwhile. */
  readonly model?: () => void;
}

const fact = "What is the address of her page?";
const offTopic = "How long do I have to boil potatoes?";
const says = () => scene.modelSays("It is https://grace.example.com [1], she says [1, 2].");
const leadsOn = () =>
  scene.modelSays("It is https://grace.example.com [1].\n<<Where do letters reach her?>>");
const fails = () => scene.modelFails();
const breaksOff = () => scene.modelBreaksOff();
const user = (content: string): object => ({ messages: [{ role: "user", content }] });
const ui = (text: string): object => ({
  id: "chat",
  trigger: "submit-message",
  messages: [{ id: "m", role: "user", parts: [{ type: "text", text }] }],
});
const call = (name: string, args: object): object => ({
  jsonrpc: "2.0",
  id: 7,
  method: "tools/call",
  params: { name, arguments: args },
});

/** The same stories for every protocol that answers questions. */
const stories = (path: string, ask: (question: string) => object): readonly Exchange[] => [
  { story: "An answer that a model words", path, body: ask(fact), model: says },
  { story: "An answer that leads on", path, body: ask(fact), model: leadsOn },
  { story: "An extractive answer", path, body: ask(fact), model: fails },
  { story: "A refusal", path, body: ask(offTopic) },
  { story: "The model breaks off", path, body: ask(fact), model: breaksOff },
  { story: "A bad request", path, body: ask(" ") },
  { story: "No key", path, body: ask(fact), headers: { authorization: "" } },
  { story: "A page of another site", path, body: ask(fact), headers: { origin: "https://evil.example" } },
];

const mcp = "/api/mcp";
const initialize = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "a client", version: "1" } },
};
const preflight = {
  "access-control-request-method": "POST",
  "access-control-request-headers": "authorization,content-type",
};

const transcripts: Readonly<Record<string, readonly Exchange[]>> = {
  "ai-chat-protocol": stories("/api/chat", user),
  "ai-chat-protocol-stream": stories("/api/chat/stream", user),
  openai: [
    ...stories("/api/v1/chat/completions", user),
    { story: "The models", method: "GET", path: "/api/v1/models" },
    { story: "A model that there is not", method: "GET", path: "/api/v1/models/gpt-4o" },
  ],
  "openai-stream": [
    ...stories("/api/v1/chat/completions", (question) => ({ ...user(question), stream: true })),
    {
      story: "A stream that tells what it cost",
      path: "/api/v1/chat/completions",
      body: { ...user(offTopic), stream: true, stream_options: { include_usage: true } },
    },
  ],
  "ai-sdk": [
    ...stories("/api/ai-sdk/chat", ui),
    { story: "Nothing to resume", method: "GET", path: "/api/ai-sdk/chat/chat/stream" },
  ],
  mcp: [
    { story: "A client introduces itself", path: mcp, body: initialize },
    { story: "It is ready", path: mcp, body: { jsonrpc: "2.0", method: "notifications/initialized" } },
    { story: "The tools", path: mcp, body: { jsonrpc: "2.0", id: 1, method: "tools/list" } },
    ...stories(mcp, (question) => call("ask", { question })),
    { story: "A search", path: mcp, body: call("search_knowledge", { question: fact }) },
    {
      story: "A search that finds nothing",
      path: mcp,
      body: call("search_knowledge", { question: offTopic }),
    },
    { story: "A tool that there is not", path: mcp, body: call("delete", {}) },
    { story: "A batch", path: mcp, body: [initialize] },
    { story: "A stream is asked for", method: "GET", path: mcp },
  ],
  browsers: [
    { story: "May a page of the app", method: "OPTIONS", path: "/api/chat", headers: preflight },
    {
      story: "May a page of another site",
      method: "OPTIONS",
      path: "/api/chat",
      headers: { ...preflight, origin: "https://evil.example" },
    },
  ],
};

test.each(Object.keys(transcripts))("%s", async (name) => {
  const file = join(pins, `${name}.txt`);
  let transcript = "";
  for (const exchange of transcripts[name] ?? []) transcript += await transcribe(exchange);
  if (process.env["UPDATE_PINS"]) writeFileSync(file, transcript);
  expect(transcript).toBe(existsSync(file) ? readFileSync(file, "utf8") : "");
});

const transcribe = async ({ story, model, ...request }: Exchange): Promise<string> => {
  scene.clear();
  model?.();
  const { method = "POST", path, headers = {}, body } = request;
  const isOwnPage = method === "OPTIONS" && headers["origin"] === undefined;
  const response = await fetch(`${scene.app.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${scene.key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(isOwnPage ? { origin: scene.app.url } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const sent = [`${method} ${path}`, ...Object.entries(headers).map(([key, value]) => `${key}: ${value}`)];
  const got = [...response.headers]
    .filter(([key]) => !ofTheHost.has(key))
    .map(([key, value]) => `${key}: ${value}`)
    .sort();
  return settled(
    [
      `=== ${story}`,
      ...sent.map((line) => `> ${line}`),
      ...(body === undefined ? [] : [`> ${JSON.stringify(body)}`]),
      `< ${response.status}`,
      ...got.map((line) => `< ${line}`),
      ...(text === "" ? [] : ["", text.trimEnd()]),
      "",
      "",
    ].join("\n"),
  );
};

const ofTheHost = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"]);

/** Without what differs from run to run, and from processor to processor. */
const settled = (transcript: string): string =>
  transcript
    .replaceAll(scene.app.url, "http://app.example")
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>")
    .replaceAll(/"(similarity|score)":-?[\d.]+/g, '"$1":<$1>')
    .replaceAll(/"created":\d+/g, '"created":<seconds>')
    .replaceAll(/"durationMs":[\d.]+/g, '"durationMs":<ms>')
    .replaceAll(/"description":"[\d.]+ ms/g, '"description":"<ms> ms')
    .replaceAll(/"((?:prompt|completion|total)_?[tT]okens)":[1-9]\d*/g, '"$1":<tokens>');
