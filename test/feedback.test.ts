import { beforeAll, expect, test } from "@jest/globals";
import { openApp } from "./support/in-process-app.ts";
import type { InProcessApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
const opinion = { answerId: "6f1c2a90-11aa-4c5e-9a51-0d9c61f0a001", rating: "down" };
let app: InProcessApp;
beforeAll(() => {
  app = openApp({ DATA_DIR, LOG_FORMAT: "json" });
});

const eventsOf = ({ out }: InProcessApp): readonly Record<string, unknown>[] =>
  out
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ message }) => String(message).startsWith("[EVENT] feedback"));

test("an opinion of an answer is noted as an event, without the visitor's words", async () => {
  const taken = await app.post("/api/feedback", {
    ...opinion,
    comment: "My name is Eve, and this is wrong.",
  });
  expect([taken.status, await taken.text()]).toEqual([204, ""]);
  expect(eventsOf(app)).toEqual([expect.objectContaining({ ...opinion, operation: "feedback" })]);
  expect(app.out.join("\n")).not.toContain("Eve");
});

test("with content logging the words are noted too", async () => {
  const open = openApp({ DATA_DIR, LOG_FORMAT: "json", LOG_CONTENT: "true" });
  await open.post("/api/feedback", { ...opinion, rating: "up", comment: "  Just what I\nneeded. " });
  expect(eventsOf(open)[0]).toMatchObject({ rating: "up", comment: "Just what I\nneeded." });
});

test.each([
  ["no body", "", /body is empty/],
  ["no answer", { rating: "up" }, /^answerId: /],
  ["an answer id that is none", { answerId: "a b", rating: "up" }, /^answerId: .*answerId of an answer/],
  ["another rating", { ...opinion, rating: 5 }, /^rating: must be up or down/],
  ["a long comment", { ...opinion, comment: "x".repeat(2_001) }, /^comment: must have at most 2000 char/],
  ["what is not asked for", { ...opinion, email: "eve@example.com" }, /email/],
])("%s is refused in words", async (_, body, words) => {
  const refused = await app.post("/api/feedback", body);
  expect([refused.status, await refused.json()]).toEqual([
    400,
    { error: { code: "bad_request", message: expect.stringMatching(words) } },
  ]);
});

test("a caller who may not ask may not judge either", async () => {
  const closed = openApp({ DATA_DIR, LOG_FORMAT: "json", API_KEYS: "key-of-ann" });
  expect((await closed.post("/api/feedback", opinion)).status).toBe(401);
  const foreign = await app.post("/api/feedback", opinion, { origin: "https://evil.example.com" });
  expect(foreign.status).toBe(403);
  const authorized = await closed.post("/api/feedback", opinion, { authorization: "Bearer key-of-ann" });
  expect(authorized.status).toBe(204);
  expect(eventsOf(closed)).toHaveLength(1);
});
