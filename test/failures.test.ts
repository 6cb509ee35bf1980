import { cpSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import { dropCollections } from "./support/drop-collections.ts";
import { enginesOf, eventually, isAlive } from "./support/processes.ts";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { ingest, startApp } from "./support/running-app.ts";
import type { RunningApp } from "./support/running-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const seed = join(repository, "test", "fixtures", "seed-knowledge");
const ingested = temporaryFolder();
let DATA_DIR: string;
let folders = 0;
const root = temporaryFolder();

beforeAll(async () => {
  await ingestedOnce(seed, { DATA_DIR: ingested });
});
beforeEach(() => {
  folders += 1;
  DATA_DIR = join(root, String(folders));
  cpSync(ingested, DATA_DIR, { recursive: true });
});

const start = (): Promise<RunningApp> => startApp({ DATA_DIR, REFRESH_SECONDS: "1" });

test("one collection gone: its namespace logs the error, the others answer, marked degraded", async () => {
  const app = await start();
  await app.ask("Who are you?");
  await dropCollections(app, ["academic"]);

  const answer = await app.ask("give me your facebook id");

  expect(answer.message?.content).toContain("https://www.facebook.com/samimreza101");
  expect(answer.context?.degraded).toBe(true);
  expect(app.out).toContainEqual(expect.stringMatching(/^\[ERROR\] academic collection search failed: \S/));
});

test("nothing found while a namespace is missing is no plain refusal", async () => {
  const app = await start();
  await app.ask("Who are you?");
  await dropCollections(app, ["personal"]);
  const answer = await app.ask("Which team won the football world cup in 1998?");
  expect(answer.context).toMatchObject({ mode: "refused", degraded: true });
  expect(answer.message?.content).toMatch(/could not look everywhere/);
});

test("all collections gone is 503 and never a refusal; a new ingest mends it without a restart", async () => {
  const app = await start();
  await app.ask("Who are you?");
  await dropCollections(app, ["personal", "academic", "projects", "style"]);

  expect(await app.ask("give me your facebook id")).toMatchObject({
    status: 503,
    error: { code: "retrieval_unavailable", message: expect.stringContaining("try again") },
  });
  await ingest(seed, { DATA_DIR });
  expect(await eventually(async () => (await app.ask("give me your facebook id")).status === 200)).toBe(true);
  expect((await app.ask("give me your facebook id")).context?.degraded).toBeUndefined();
  // the old engine is ended once its last question is answered
  expect(await eventually(() => enginesOf(app.child.pid).length === 1)).toBe(true);
});

test("a stream over a dead index is a plain 503 too", async () => {
  const app = await start();
  await app.ask("Who are you?");
  await dropCollections(app, ["personal", "academic", "projects", "style"]);
  const stream = await app.post("/api/chat/stream", {
    messages: [{ role: "user", content: "What does the library hold?" }],
  });
  expect([stream.status, await stream.json()]).toEqual([
    503,
    { error: { code: "retrieval_unavailable", message: expect.stringContaining("try again") } },
  ]);
});

test("a collection that is gone comes back from the share, without an ingest", async () => {
  const app = await start();
  await app.ask("Who are you?");
  await dropCollections(app, ["personal"]);
  expect(await app.ask("give me your facebook id")).toMatchObject({
    status: 200,
    context: { degraded: true },
  });
  const recovered = async (): Promise<boolean> => {
    const { message, context } = await app.ask("give me your facebook id");
    return context?.degraded === undefined && (message?.content.includes("samimreza101") ?? false);
  };
  expect(await eventually(recovered)).toBe(true);
  expect(await (await fetch(`${app.url}/api/health`)).json()).toMatchObject({ status: "ok" });
});

test("only the style left is as good as nothing left", async () => {
  const app = await start();
  await app.ask("Who are you?");
  await dropCollections(app, ["personal", "academic", "projects"]);
  expect(await app.ask("give me your facebook id")).toMatchObject({ status: 503 });
});

test("an engine that was killed is back for the very next question", async () => {
  const app = await start();
  await app.ask("Who are you?");
  const [pid = 0] = enginesOf(app.child.pid);
  process.kill(pid, "SIGKILL");
  await eventually(() => !isAlive(pid));

  const answer = await app.ask("give me your facebook id");

  expect(answer.status).toBe(200);
  expect(answer.message?.content).toContain("samimreza101");
  expect(answer.context?.degraded).toBeUndefined();
});

test("an app that is killed leaves no engine behind", async () => {
  const app = await start();
  await app.ask("Who are you?");
  const [engine = 0] = enginesOf(app.child.pid);
  expect(isAlive(engine)).toBe(true);
  app.child.kill("SIGKILL");
  expect(await eventually(() => !isAlive(engine))).toBe(true);
});

test("an app that is asked to stop finishes what was started, and its engine is gone with it", async () => {
  const app = await start();
  const asked = app.ask("give me your facebook id");
  await eventually(() => enginesOf(app.child.pid).length > 0);
  const [engine = 0] = enginesOf(app.child.pid);
  expect(await Promise.all([asked, app.stop()])).toEqual([expect.objectContaining({ status: 200 }), 0]);
  expect(isAlive(engine)).toBe(false);
});

test("nothing ingested: the knowledge that came with the app answers, marked degraded", async () => {
  const app = await startApp({ DATA_DIR: join(root, "empty"), FUNCTION_KEY: "k" });
  const answer = await app.ask("Who was Ada Lovelace?");
  expect(answer).toMatchObject({ status: 200, context: { degraded: true, mode: "extractive" } });
  expect(answer.message?.content).toContain("mathematician");
  const health = await fetch(`${app.url}/api/health?code=k`);
  expect([health.status, await health.json()]).toEqual([
    200,
    expect.objectContaining({
      status: "degraded",
      details: expect.objectContaining({ problem: expect.stringContaining("npm run ingest") }),
    }),
  ]);
});

test("wrong settings still serve health, which names them all to the holder of the key", async () => {
  const app = await startApp({ DATA_DIR, LLM: "chatgpt", CHROMA_MODE: "server", FUNCTION_KEY: "k" });
  const asked = await app.ask("What does the library hold?");
  expect(asked).toMatchObject({ status: 503, error: { code: "misconfigured" } });
  expect(JSON.stringify(asked)).not.toContain("CHROMA_URL");
  const open = await fetch(`${app.url}/api/health`);
  expect([open.status, await open.json()]).toEqual([503, { status: "unready" }]);
  const detailed = (await (await fetch(`${app.url}/api/health?code=k`)).json()) as {
    details: { problem: string };
  };
  expect(detailed.details.problem).toBe(
    "Wrong settings: LLM must be one of: auto, extractive, openai, azure; CHROMA_URL is needed with CHROMA_MODE=server.",
  );
});
