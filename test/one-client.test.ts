import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { enginesOf } from "./support/processes.ts";
import { startRealEngine } from "./support/real-engine.ts";
import { startRecordingProxy } from "./support/recording-proxy.ts";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { ingest, startApp } from "./support/running-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const seed = join(repository, "test", "fixtures", "seed-knowledge");
const engineFolder = temporaryFolder();
const DATA_DIR = temporaryFolder();
const embedded = temporaryFolder();

const words = [
  "KrishiSense",
  "university",
  "e-mail",
  "Facebook",
  "chess",
  "Dhaka",
  "programming",
  "photographs",
];

test("a thousand questions make four queries each, in order, one after another, and no other call", async () => {
  const engine = await startRealEngine(engineFolder, AbortSignal.timeout(30_000));
  const proxy = await startRecordingProxy(engine.url);
  const env = { DATA_DIR, CHROMA_MODE: "server", CHROMA_URL: proxy.url };
  expect(await ingest(seed, env)).toMatchObject({ code: 0 });
  proxy.calls.length = 0;
  const app = await startApp(env);

  const first = await app.ask("Who is Samim Reza?");
  expect(first.status).toBe(200);
  const opening = proxy.calls.splice(0);
  // the handles of the four collections are looked up once, and the question's four queries follow
  expect(opening.map(({ method }) => method)).toEqual([
    "GET",
    "GET",
    "GET",
    "GET",
    "POST",
    "POST",
    "POST",
    "POST",
  ]);
  const inOrder = opening.slice(4).map(({ path }) => path);
  expect(new Set(inOrder).size).toBe(4);

  for (let count = 0; count < 1_000; count += 1) {
    const before = proxy.calls.length;
    const { status } = await app.ask(`${words[count % words.length]} ${count}?`);
    expect(status).toBe(200);
    const calls = proxy.calls.slice(before);
    expect(calls.map(({ path }) => path)).toEqual(inOrder);
    for (const [index, call] of calls.slice(1).entries()) {
      expect(call.began).toBeGreaterThanOrEqual(calls[index]?.ended ?? Infinity);
    }
  }
  expect(proxy.calls).toHaveLength(4_000);
  expect(app.out.filter((line) => line.startsWith("Chroma client made"))).toHaveLength(1);
}, 120_000);

test("fifty first requests at once, on a cold process, start one engine and make one client", async () => {
  await ingestedOnce(seed, { DATA_DIR: embedded });
  const app = await startApp({ DATA_DIR: embedded });
  expect(enginesOf(app.child.pid)).toEqual([]);

  const answers = await Promise.all(Array.from({ length: 50 }, () => app.ask("give me your facebook id")));

  for (const { status, message } of answers) {
    expect(status).toBe(200);
    expect(message?.content).toContain("samimreza101");
  }
  expect(enginesOf(app.child.pid)).toHaveLength(1);
  expect(app.out.filter((line) => line.startsWith("Chroma engine and client ready"))).toHaveLength(1);
});
