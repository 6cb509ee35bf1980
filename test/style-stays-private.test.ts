import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { routes } from "../src/http/routes.ts";
import { ingestHere, openApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/*
 * A style namespace shapes the voice of a model, and none of its text leaves the app. The samples here fit the
 * questions better than any fact does, and carry a word that nothing else holds.
 */

const marker = "quokkafloe";
const question = "Where do the seven lanterns of the harbour burn at night?";
const files = {
  "personal/harbour.md":
    "# Harbour\n\nThe harbour has lanterns. They burn at night, on the long pier of the harbour.\n",
  "style/letter.md":
    `# Where do the ${marker} lanterns burn?\n\nThe seven lanterns of the harbour burn at night, at the ${marker} pier, ` +
    `where the seven lanterns of the harbour burn at night.\n`,
};

const folder = temporaryFolder();
const [knowledge, data] = [join(folder, "knowledge"), join(folder, "data")];
const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(knowledge, name)), { recursive: true });
    writeFileSync(join(knowledge, name), text);
  }
  await ingestHere(knowledge, { DATA_DIR: data });
  await mock.start();
});
afterAll(() => mock.stop());

/** As the generation holds them: no route tells them, and a visitor who guesses one gets nothing. */
const styleIds = (): readonly string[] => {
  const generations = join(data, "generations");
  const stored = readdirSync(generations, { recursive: true, encoding: "utf8" });
  const records = stored.find((file) => file.endsWith("records.jsonl.gz")) ?? "";
  return gunzipSync(readFileSync(join(generations, records)))
    .toString()
    .split("\n")
    .filter((line) => line.includes(marker))
    .map((line) => (JSON.parse(line) as { readonly id: string }).id);
};

type Request = readonly [path: string, body?: object];

const messages = [{ role: "user", content: question }];
const followUp = [
  { role: "user", content: "Which harbour is this?" },
  { role: "assistant", content: "A small one." },
  ...messages,
];
const tool = (name: string, input: object): Request => [
  "/api/mcp",
  { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: input } },
];
const rpc = (method: string, params = {}): Request => ["/api/mcp", { jsonrpc: "2.0", id: 1, method, params }];
const parts = (text: string): object => ({ role: "user", parts: [{ type: "text", text }] });

/** By the route they ask. */
const requests: Readonly<Record<string, readonly Request[]>> = {
  chat: [
    ["/api/chat", { messages }],
    ["/api/chat", { messages: followUp }],
  ],
  "chat-stream": [["/api/chat/stream", { messages }]],
  "openai-chat": [
    ["/api/v1/chat/completions", { messages }],
    ["/api/v1/chat/completions", { messages, stream: true, stream_options: { include_usage: true } }],
  ],
  "openai-models": [["/api/v1/models"]],
  "openai-model": [["/api/v1/models/colophon"]],
  "ai-sdk-chat": [["/api/ai-sdk/chat", { messages: [parts(question)] }]],
  "ai-sdk-resume": [["/api/ai-sdk/chat/some/stream"]],
  mcp: [
    rpc("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "a client", version: "1" },
    }),
    rpc("tools/list"),
    tool("ask", { question }),
    tool("search_knowledge", { question }),
    tool("search_knowledge", { question, namespaces: ["style"] }),
    tool("search_knowledge", { question, namespaces: ["none"] }),
  ],
  search: [
    ["/api/search", { question }],
    ["/api/search", { question, namespaces: ["style"] }],
    ["/api/search", { question, namespaces: ["style", "personal"] }],
    ["/api/search", { question, namespaces: ["none"] }],
  ],
  source: [],
  feedback: [["/api/feedback", { answerId: "a", rating: "up", comment: question }]],
  health: [["/api/health?code=the-key"]],
  openapi: [["/api/openapi.json"]],
  about: [["/api/about"]],
  home: [["/"]],
  page: [["/api/ui"]],
  "page-file": [["/api/ui/page.js"]],
  widget: [["/api/widget.js"]],
  icon: [["/favicon.ico"]],
  robots: [["/robots.txt"]],
};

const settings = (): Record<string, string> => ({ DATA_DIR: data, FUNCTION_KEY: "the-key" });
const withModel = (): Record<string, string> => ({
  ...settings(),
  OPENAI_BASE_URL: `${mock.url}/v1`,
  OPENAI_API_KEY: "sk",
  OPENAI_MODEL: "gpt-test",
});

const heardBy = async (environment: Record<string, string>): Promise<string> => {
  const app = openApp(environment);
  const asked = Object.values({
    ...requests,
    source: styleIds().map((id): Request => [`/api/sources/style/${id}`]),
  }).flat();
  const heard: string[] = [];
  for (const [path, body] of asked) {
    const response = await (body
      ? app.post(path, body, { accept: "application/json, text/event-stream" })
      : app.fetch(path));
    const headers = JSON.stringify([...response.headers]);
    heard.push(`${path} ${JSON.stringify(body)}: ${response.status} ${headers} ${await response.text()}`);
  }
  await app.close();
  return [...heard, ...app.out].join("\n");
};

const linesWith = (word: string, text: string): readonly string[] =>
  text.split("\n").filter((line) => line.includes(word));

test("every route there is is asked", () => {
  expect(Object.keys(requests).sort()).toEqual(routes.map(({ name }) => name).sort());
  expect(styleIds().length).toBeGreaterThan(0);
});

test("no route gives a style's text away, and neither does the log: answers quoted from the sources", async () => {
  const heard = await heardBy(settings());
  expect(linesWith(marker, heard)).toEqual([]);
  expect(heard).toContain("on the long pier of the harbour");
  expect(heard).toContain("[TIMING] style collection: found 1 docs");
});

test("nor where a model words the answers, which is given the style as its voice", async () => {
  mock.on({}, { content: "They burn on the long pier [1].\n<<What is on the pier?>>" });
  const heard = await heardBy(withModel());
  mock.clearFixtures();
  expect(linesWith(marker, heard)).toEqual([]);
  const prompt = JSON.stringify(mock.getLastRequest()?.body);
  expect(prompt).toMatch(new RegExp(`<voice>[^<]*${marker}[^<]*</voice>`));
});

test("nor where the model fails or breaks off", async () => {
  mock.on({}, { content: "They burn, as it is said, at the" }, { chunkSize: 5, truncateAfterChunks: 3 });
  expect(linesWith(marker, await heardBy(withModel()))).toEqual([]);
  mock.clearFixtures();
  mock.on({}, { error: { message: "no such model" }, status: 404 });
  expect(linesWith(marker, await heardBy(withModel()))).toEqual([]);
  mock.clearFixtures();
});

test("a search lists the style with how much of it was found, and nothing else of it", async () => {
  const app = openApp(settings());
  for (const namespaces of [undefined, ["style"]]) {
    const response = await app.post("/api/search", { question, namespaces });
    const found = (await response.json()) as { namespaces: { name: string }[] };
    expect(found.namespaces.find(({ name }) => name === "style")).toEqual({
      name: "style",
      durationMs: expect.any(Number),
      found: 1,
      hits: [],
    });
  }
});
