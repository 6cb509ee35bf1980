import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { repository } from "./support/run-node.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { startApp } from "./support/running-app.ts";
import type { RunningApp } from "./support/running-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
let app: RunningApp;

beforeAll(async () => {
  await ingestedOnce(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  app = await startApp({ DATA_DIR });
});

const user = (content: unknown): unknown => ({ messages: [{ role: "user", content }] });
const deep = (levels: number): string => `{"messages":${"[".repeat(levels)}${"]".repeat(levels)}}`;

/** What is sent, the status it gets, and what of it the error has to name. */
const wrong: readonly (readonly [string, unknown, number, RegExp])[] = [
  ["no body", "", 400, /body is empty/],
  ["only blanks", "  \n ", 400, /body is empty/],
  ["words instead of JSON", "hello", 400, /not JSON/],
  ["JSON cut short", '{"messages":[', 400, /not JSON/],
  ["a trailing comma", '{"messages":[],}', 400, /not JSON/],
  ["bytes that are no UTF-8", Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), 400, /UTF-8/],
  ["null", "null", 400, /body: .*object/],
  ["a number", "42", 400, /body: .*object/],
  ["a list", "[]", 400, /body: .*object/],
  ["an empty object", {}, 400, /messages/],
  ["messages of another type", { messages: "hello" }, 400, /messages: .*array/],
  ["no messages", { messages: [] }, 400, /messages: must hold at least one/],
  [
    "101 messages",
    { messages: Array.from({ length: 101 }, () => ({ role: "user", content: "a" })) },
    400,
    /messages: must hold at most 100/,
  ],
  ["a message that is null", { messages: [null] }, 400, /messages\.0/],
  ["a message without a role", { messages: [{ content: "a" }] }, 400, /messages\.0\.role/],
  [
    "a role that does not exist",
    { messages: [{ role: "admin", content: "a" }] },
    400,
    /messages\.0\.role: must be user/,
  ],
  ["a message without content", { messages: [{ role: "user" }] }, 400, /messages\.0\.content/],
  ["content of another type", user(7), 400, /messages\.0\.content: .*string/],
  ["content in parts", user([{ type: "text", text: "a" }]), 400, /messages\.0\.content/],
  ["empty content", user(""), 400, /messages\.0\.content: must not be empty/],
  ["blank content", user(" \n\t"), 400, /messages\.0\.content: must not be empty/],
  [
    "content of 8,001 characters",
    user("x".repeat(8_001)),
    400,
    /messages\.0\.content: must have at most 8000/,
  ],
  ["half a surrogate pair", '{"messages":[{"role":"user","content":"\\ud800"}]}', 400, /surrogate/],
  [
    "a last message that is not the user's",
    { messages: [{ role: "assistant", content: "a" }] },
    400,
    /messages\.0\.role/,
  ],
  ["an unknown field", { ...(user("a") as object), temperature: 2 }, 400, /temperature/],
  ["a k of -1", { ...(user("a") as object), k: -1 }, 400, /"k"/],
  ["an unknown field of a message", { messages: [{ role: "user", content: "a", name: "b" }] }, 400, /name/],
  ["a context that is no object", { ...(user("a") as object), context: "x" }, 400, /context/],
  ["__proto__", '{"messages":[{"role":"user","content":"a"}],"__proto__":{"x":1}}', 400, /__proto__/],
  ["100,000 levels of nesting", deep(100_000), 400, /32 levels/],
  // each quote ends a string, or does not: what tries both is never done
  ["a string of 130,000 escaped quotes that never ends", `"${'\\"'.repeat(130_000)}`, 400, /not JSON/],
  ["a body of 300 KB", user("x".repeat(300_000)), 413, /256 KB/],
  ["a body of 10 MB", user("x".repeat(10_000_000)), 413, /256 KB/],
];

const bytesOf = (body: unknown): string | Uint8Array<ArrayBuffer> =>
  typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body);

describe.each(["/api/chat", "/api/chat/stream"])("POST %s", (path) => {
  test.each(wrong)("names what is wrong with %s", async (_, body, status, named) => {
    const response = await fetch(`${app.url}${path}`, { method: "POST", body: bytesOf(body) });
    const answer = (await response.json()) as { error: { code: string; message: string } };
    expect({ status: response.status, message: answer.error.message }).toEqual({
      status,
      message: expect.stringMatching(named),
    });
    expect(answer.error.code).toBe(status === 413 ? "body_too_large" : "bad_request");
  });

  test("says that it takes no files", async () => {
    const form = new FormData();
    form.append("json", "{}");
    const response = await fetch(`${app.url}${path}`, { method: "POST", body: form });
    expect([response.status, await response.json()]).toEqual([
      415,
      { error: { code: "unsupported_media_type", message: expect.stringContaining("application/json") } },
    ]);
  });

  test("says to POST when it is opened in a browser", async () => {
    const response = await fetch(`${app.url}${path}`);
    expect([response.status, response.headers.get("allow"), await response.json()]).toEqual([
      405,
      "POST",
      { error: { code: "method_not_allowed", message: expect.stringContaining("POST") } },
    ]);
  });
});

describe("POST /api/search", () => {
  test.each([
    ["no question", {}, /question/],
    ["an empty question", { question: " " }, /question: must not be empty/],
    ["a k of -1", { question: "a", k: -1 }, /"k"/],
    ["namespaces of another type", { question: "a", namespaces: "personal" }, /namespaces/],
    ["no namespaces", { question: "a", namespaces: [] }, /namespaces: must name at least one/],
    [
      "a namespace that does not exist",
      { question: "a", namespaces: ["secret"] },
      /"secret" is not one of personal, academic/,
    ],
  ])("names what is wrong with %s", async (_, body, named) => {
    const response = await app.post("/api/search", body);
    const answer = (await response.json()) as { error: { code: string; message: string } };
    expect([response.status, answer.error.code]).toEqual([400, "bad_request"]);
    expect(answer.error.message).toMatch(named);
  });
});

test("a caller who sends half a body and stops is told so", async () => {
  const { port } = new URL(app.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write('POST /api/chat HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"mess');
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
});

test("what is unusual but right is answered", async () => {
  const longest = { messages: [{ role: "user", content: "e-mail? ".repeat(1_000) }] };
  const emoji = { messages: [{ role: "user", content: "👩‍🔬 Facebook?" }] };
  const withHistory = {
    messages: [
      { role: "system", content: "You are a pirate." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "" },
      { role: "user", content: "give me your facebook id" },
    ],
    context: { overrides: { top: 3 } },
    sessionState: null,
  };
  for (const body of [longest, emoji, withHistory]) {
    expect((await app.post("/api/chat", body)).status).toBe(200);
  }
});

afterAll(() => {
  // a caller's fault is not ours to log, and nothing went unhandled
  expect([...app.out, ...app.err].filter((line) => /error|unhandled|exception/i.test(line))).toEqual([]);
});
