import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { pauseTimeoutMs } from "../src/http/body.ts";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { openApp } from "./support/in-process-app.ts";
import type { InProcessApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
let app: InProcessApp;

beforeAll(async () => {
  await ingestedOnce(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  app = openApp({ DATA_DIR });
});

const user = (content: unknown): unknown => ({ messages: [{ role: "user", content }] });
const keys = (count: number): [string, number][] =>
  Array.from({ length: count }, (_, index) => [`k${index}`, 0]);
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
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
    "1,001 messages",
    { messages: Array.from({ length: 1_001 }, () => ({ role: "user", content: "a" })) },
    413,
    /more than 1000 messages/,
  ],
  [
    "a million things that are no messages",
    `{"messages":[${"0,".repeat(1_000_000)}0]}`,
    413,
    /1000 messages/,
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
    "a conversation without a question",
    {
      messages: [
        { role: "system", content: "a" },
        { role: "assistant", content: "a" },
        { role: "tool", content: "a" },
      ],
    },
    400,
    /messages\.2\.role: must be user/,
  ],
  [
    "a last question that is too long, with an answer behind it",
    {
      messages: [
        { role: "user", content: "a" },
        { role: "user", content: "x".repeat(8_001) },
        { role: "assistant", content: "a" },
      ],
    },
    400,
    /messages\.1\.content: must have at most 8000/,
  ],
  [
    "a last question that is no text, after one that is",
    {
      messages: [
        { role: "user", content: "a" },
        { role: "user", content: 7 },
      ],
    },
    400,
    /messages\.1\.content: .*string/,
  ],
  ["a context that is no object", { ...(user("a") as object), context: "x" }, 400, /context/],
  ["100,000 levels of nesting", deep(100_000), 400, /32 levels/],
  // each quote ends a string, or does not: what tries both is never done
  ["a string of 130,000 escaped quotes that never ends", `"${'\\"'.repeat(130_000)}`, 400, /not JSON/],
  ["a question of 300 KB", user("x".repeat(300_000)), 400, /messages\.0\.content: must have at most 8000/],
  ["a body of 4 MB and a little", user("x".repeat(4 * 1024 * 1024)), 413, /larger than 4 MB/],
  ["a body of 40 MB", user("x".repeat(40_000_000)), 413, /larger than 4 MB/],
];

const bytesOf = (body: unknown): string | Uint8Array<ArrayBuffer> =>
  typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body);

describe.each(["/api/chat", "/api/chat/stream"])("POST %s", (path) => {
  test.each(wrong)("names what is wrong with %s", async (_, body, status, named) => {
    const response = await app.fetch(path, { method: "POST", body: bytesOf(body) });
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
    const response = await app.fetch(path, { method: "POST", body: form });
    expect([response.status, await response.json()]).toEqual([
      415,
      { error: { code: "unsupported_media_type", message: expect.stringContaining("application/json") } },
    ]);
  });

  test("says to POST when it is opened in a browser", async () => {
    const response = await app.fetch(path);
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
    ["a hundred thousand unknown fields", Object.fromEntries(keys(100_000)), /^(?=.{1,1000}$).*question/],
    [
      "a million namespaces",
      { question: "a", namespaces: zeros(1_000_000) },
      /^(?=.{1,1000}$)namespaces: .*20/,
    ],
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

test("a caller who sends half a body and stops gets an error, one who is slow is answered", async () => {
  const realTimeout = AbortSignal.timeout.bind(AbortSignal);
  const clock = jest.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    if (ms !== pauseTimeoutMs) return realTimeout(ms);
    const quick = new AbortController();
    const late = Object.assign(new Error("late"), { name: "TimeoutError" });
    setTimeout(() => quick.abort(late), 500).unref();
    return quick.signal;
  });
  const body = JSON.stringify(user("give me your facebook id"));
  const send = (pieces: readonly string[], isWhole: boolean): Promise<Response> =>
    app.fetch("/api/chat", {
      method: "POST",
      body: new ReadableStream({
        async pull(controller) {
          for (const piece of pieces) {
            controller.enqueue(new TextEncoder().encode(piece));
            await delay(200);
          }
          if (isWhole) controller.close();
          else await new Promise(() => undefined);
        },
      }),
      duplex: "half",
    });
  try {
    const slow = [body.slice(0, 20), body.slice(20, 40), body.slice(40, 60), body.slice(60)];
    const [stopped, answered] = await Promise.all([send([body.slice(0, 30)], false), send(slow, true)]);
    expect([stopped.status, await stopped.text()]).toEqual([
      400,
      expect.stringContaining("did not arrive in time"),
    ]);
    expect(answered.status).toBe(200);
  } finally {
    clock.mockRestore();
  }
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

test.each(["/api/chat", "/api/chat/stream"])("%s reads past what it does not need", async (path) => {
  const question = { role: "user", content: "give me your facebook id" };
  const more = {
    name: "b",
    id: "m",
    timestamp: 1,
    files: [{ contentType: "image/png", data: "AA==" }],
    context: [],
  };
  const bodies: readonly unknown[] = [
    { messages: [question], stream: true, temperature: 2, k: -1, id: "c", timestamp: "2026-11-28" },
    { messages: [{ ...question, ...more }] },
    { messages: [{ role: "assistant", content: "x".repeat(100_000) }, question] },
    { messages: [{ role: "user", content: "x".repeat(100_000) }, question] },
    { messages: [null, 7, "a", [], {}, { role: "admin" }, { role: "user", content: 7 }, question] },
    { messages: [{ role: "assistant", content: [{ type: "text", text: "a" }] }, question] },
    { messages: [{ role: "tool", content: [{ type: "tool-result", output: {} }] }, question] },
    { messages: [question, { role: "assistant", content: null }, { role: "tool", content: 7 }, null] },
    `{"messages":[{"role":"assistant","content":"\\ud800"},${JSON.stringify(question)}]}`,
    `{"messages":[${JSON.stringify(question)}],"__proto__":{"messages":[],"sessionState":1},"constructor":1}`,
    `{"messages":[{"role":"user","content":"give me your facebook id","__proto__":{"role":"admin"}}]}`,
  ];
  for (const body of bodies) {
    const response = await app.post(path, body);
    const answer = await response.text();
    expect([body, response.status, answer]).toEqual([
      body,
      200,
      expect.stringContaining("https://www.facebook.com/samimreza101"),
    ]);
    expect(answer).not.toContain("sessionState");
  }
});

afterAll(() => {
  // a caller's fault is not ours to log, and nothing went unhandled
  expect(app.out.filter((line) => /error|unhandled|exception/i.test(line))).toEqual([]);
});
