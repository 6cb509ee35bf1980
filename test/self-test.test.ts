import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { freePort } from "../src/engine/free-port.ts";
import { startIngestionServer } from "./support/ingestion-server.ts";
import type { IngestionServer } from "./support/ingestion-server.ts";
import { enginesOf, eventually } from "./support/processes.ts";
import { startLoopbackServer } from "./support/loopback-server.ts";
import { repository } from "./support/repository.ts";
import { ingest, startApp } from "./support/running-app.ts";
import type { RunningApp } from "./support/running-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/*
 * As on Azure: the timer runs in one process, visitors are answered by another, and they meet on the
 * share. The timer is fired by hand.
 */
const root = temporaryFolder();
const SNAPSHOT_DIR = join(root, "share");
const FUNCTION_KEY = "the-function-key";
const never = "0 0 0 1 1 *";
const key = { "x-functions-key": FUNCTION_KEY };
const namespaces = ["personal", "academic", "projects", "style"];

let ingestion: IngestionServer;
let model: LLMock;
let visitors: RunningApp;
let timer: RunningApp;
let generation: string;

beforeAll(async () => {
  const seed = join(repository, "test", "fixtures", "seed-knowledge");
  ({ generation } = await ingest(seed, { SNAPSHOT_DIR, DATA_DIR: join(root, "publisher") }));
  ingestion = await startIngestionServer(root);
  model = new LLMock({ port: 0 });
  await model.start();
  model.on({}, { content: "Somebody's answer [1]." });
  visitors = await startApp({
    SNAPSHOT_DIR,
    FUNCTION_KEY,
    DATA_DIR: join(root, "visitors"),
    LOG_FORMAT: "json",
    OPENAI_BASE_URL: `${model.url}/v1`,
    OPENAI_MODEL: "gpt-test",
  });
  timer = await startApp({
    SNAPSHOT_DIR,
    FUNCTION_KEY,
    DATA_DIR: join(root, "timer"),
    LOG_FORMAT: "text",
    SELF_TEST_SCHEDULE: never,
    SELF_TEST_URL: visitors.url,
    ...ingestion.env,
  });
});
beforeEach(() => model.clearRequests());
afterAll(async () => {
  ingestion.close();
  await model.stop();
});

const linesOf = ({ out }: RunningApp): readonly string[] =>
  out.filter((line) => /^\[(?:TIMING|ERROR)\] self-test /.test(line));

/** Fires the timer, and gives the lines of that run. */
const fire = async (app = timer, runs = namespaces.length): Promise<readonly string[]> => {
  const before = linesOf(app).length;
  const fired = await app.post("/admin/functions/self-test", {}, key);
  expect(fired.status).toBe(202);
  await eventually(() => linesOf(app).length >= before + runs, 90_000);
  return linesOf(app).slice(before);
};

interface Health {
  readonly httpStatus: number;
  readonly status: string;
  readonly details?: {
    readonly problem?: string;
    readonly selfTest?: readonly { readonly namespace: string; readonly outcome: string }[];
  };
}

const healthOf = async ({ url }: RunningApp, query = `?code=${FUNCTION_KEY}`): Promise<Health> => {
  const response = await fetch(`${url}/api/health${query}`);
  return { httpStatus: response.status, ...((await response.json()) as Omit<Health, "httpStatus">) };
};

const availabilityOf = (success: boolean): readonly unknown[] =>
  ingestion.envelopes
    .filter(({ data }) => data.baseType === "AvailabilityData" && data.baseData.success === success)
    .map(({ data }) => data.baseData.name);

const recordsOf = ({ out }: RunningApp): readonly Record<string, unknown>[] =>
  out.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Record<string, unknown>);

test("every namespace is asked for, over HTTP, and found well, without a word of the model", async () => {
  const before = recordsOf(visitors).length;
  expect(await fire()).toEqual(
    namespaces.map((name) =>
      expect.stringMatching(
        `^\\[TIMING\\] self-test ${name}: ${name === "style" ? "searched" : "extractive"} in \\d+\\.\\d{3}s$`,
      ),
    ),
  );
  expect(model.getRequests()).toEqual([]);
  const searches = recordsOf(visitors)
    .slice(before)
    .filter(({ stage }) => stage === "search");
  expect(searches).toHaveLength(3 * (namespaces.length + 1));
  expect(searches.every(({ synthetic }) => synthetic === true)).toBe(true);
  expect(enginesOf(timer.child.pid)).toEqual([]);

  const named = namespaces.map((name) => `self-test ${name}`);
  expect(await eventually(() => availabilityOf(true).length === named.length)).toBe(true);
  expect(availabilityOf(true)).toEqual(named);
  expect(await healthOf(visitors)).toMatchObject({
    httpStatus: 200,
    status: "ok",
    details: { selfTest: namespaces.map((namespace) => ({ namespace, outcome: "answered" })) },
  });
});

test("a visitor cannot make a question pass for the self-test's", async () => {
  const question = { messages: [{ role: "user", content: "give me your facebook id" }] };
  const forged = `${Date.now()}-AAAAAAAAAAAA.${"A".repeat(43)}`;
  for (const mark of ["true", FUNCTION_KEY, forged]) {
    const before = recordsOf(visitors).length;
    const answer = await visitors.post("/api/chat", question, { "x-colophon-self-test": mark });
    expect(await answer.json()).toMatchObject({ context: { mode: "generated" } });
    const records = recordsOf(visitors).slice(before);
    expect(records.length).toBeGreaterThan(0);
    expect(records.filter(({ synthetic }) => synthetic !== undefined)).toEqual([]);
  }
});

test("the engine of the answering process stopped for good: failed, named, and 503, until it is repaired", async () => {
  const recovered = new AbortController();
  const breaking = (async () => {
    while (!recovered.signal.aborted) {
      for (const engine of enginesOf(visitors.child.pid)) process.kill(engine, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  try {
    const lines = await fire();
    expect(lines).toEqual(
      namespaces.map((name) =>
        expect.stringMatching(`^\\[ERROR\\] self-test ${name} failed: 503 retrieval_unavailable: .`),
      ),
    );
    const health = await healthOf(visitors);
    expect(health).toMatchObject({ httpStatus: 503, status: "unready" });
    expect(health.details?.problem).toMatch(/^The self-test failed for personal \(503 retrieval_unavailable/);
    expect(await healthOf(visitors, "")).toEqual({
      httpStatus: 503,
      status: "unready",
      generation,
    });
    expect(await eventually(() => availabilityOf(false).length === namespaces.length)).toBe(true);
  } finally {
    recovered.abort();
    await breaking;
  }
  expect(await eventually(async () => (await visitors.ask("Who are you?")).status === 200, 30_000)).toBe(
    true,
  );
  // well again, yet a failed test stands until the next one
  expect((await healthOf(visitors)).httpStatus).toBe(503);

  expect((await fire()).every((line) => line.startsWith("[TIMING]"))).toBe(true);
  expect(
    await eventually(async () => {
      const { httpStatus, status } = await healthOf(visitors);
      return httpStatus === 200 && status === "ok";
    }),
  ).toBe(true);
});

/** What the timer might have left on the share. */
const leave = async (changed: object): Promise<void> => {
  const run = {
    format: 1,
    id: String(Math.random()),
    generation,
    goodForMs: 60_000,
    results: [{ namespace: "academic", outcome: "failed", message: "it was refused", durationMs: 5 }],
  };
  mkdirSync(join(SNAPSHOT_DIR, "state"), { recursive: true });
  writeFileSync(join(SNAPSHOT_DIR, "state", "self-test.json"), JSON.stringify({ ...run, ...changed }));
  // so long it may be kept in memory
  await new Promise((resolve) => setTimeout(resolve, 2_100));
};

test("a failure on the share counts, unless it is old, about something else, or no one was reached", async () => {
  await leave({});
  expect(await healthOf(visitors)).toMatchObject({
    httpStatus: 503,
    details: { problem: "The self-test failed for academic (it was refused)." },
  });
  const failure = { namespace: "academic", message: "refused", durationMs: 5 };
  for (const changed of [
    { goodForMs: 0 },
    { generation: "000000-00000000" },
    { results: [{ ...failure, outcome: "failed", process: "another process" }] },
    { results: [{ ...failure, outcome: "unreachable" }] },
  ]) {
    await leave(changed);
    expect([changed, (await healthOf(visitors)).httpStatus]).toEqual([changed, 200]);
  }
});

test("the holder of the function key can run it now, and no one else", async () => {
  const before = recordsOf(visitors).length;
  expect(await healthOf(visitors, "?deep=1")).toEqual({ httpStatus: 200, status: "ok", generation });
  expect(await healthOf(visitors, "?deep=1&code=wrong")).toEqual({
    httpStatus: 200,
    status: "ok",
    generation,
  });
  expect(recordsOf(visitors)).toHaveLength(before);
  const [first, second] = await Promise.all([
    healthOf(visitors, `?deep=1&code=${FUNCTION_KEY}`),
    healthOf(visitors, `?deep=1&code=${FUNCTION_KEY}`),
  ]);
  expect(first).toMatchObject({
    httpStatus: 200,
    details: { selfTest: namespaces.map((namespace) => ({ namespace, outcome: "answered" })) },
  });
  expect(second.details?.selfTest).toEqual(first.details?.selfTest);
});

interface TamperedAnswer {
  message: { content: string };
  readonly context: {
    mode: string;
    readonly citations: readonly { readonly namespace: string }[];
    readonly data_points: { text: readonly string[] };
    thoughts: readonly { readonly title: string; readonly props: { failed?: boolean } }[];
  };
}

test("wrong answers are found out, each for its namespace and with what is wrong with it", async () => {
  let tamper: (answer: TamperedAnswer, question: string) => void = () => undefined;
  const wrongly = await startLoopbackServer((request, response, body) => {
    const headers = new Headers({ "content-type": "application/json" });
    headers.set("x-colophon-self-test", String(request.headers["x-colophon-self-test"]));
    const pass = async (): Promise<void> => {
      const { method = "", url = "" } = request;
      const answered = await fetch(`${visitors.url}${url}`, { method, headers, ...(body ? { body } : {}) });
      const answer = (await answered.json()) as TamperedAnswer;
      if (url === "/api/chat") {
        const { messages } = JSON.parse(body) as { messages: readonly { content: string }[] };
        tamper(answer, messages[0]?.content ?? "");
      }
      response.writeHead(answered.status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    };
    pass().catch(() => response.destroy());
  });
  const testing = await startApp({
    SNAPSHOT_DIR,
    FUNCTION_KEY,
    DATA_DIR: join(root, "testing"),
    SELF_TEST_SCHEDULE: never,
    SELF_TEST_URL: wrongly,
  });
  const search = ({ context }: TamperedAnswer, name: string): { failed?: boolean } | undefined =>
    context.thoughts.find(({ title }) => title === `search ${name}`)?.props;
  const { canaries } = JSON.parse(
    readFileSync(join(SNAPSHOT_DIR, "generations", generation, "manifest.json"), "utf8"),
  ) as { canaries: readonly { question: string; namespace: string; expect: string }[] };
  const [personal, projects] = ["personal", "projects"].map((name) =>
    canaries.find(({ namespace }) => namespace === name),
  );

  tamper = (answer, question) => {
    const { context } = answer;
    context.data_points.text = context.data_points.text.map((text, place) =>
      context.citations[place]?.namespace === "personal" ? "other words" : text,
    );
    Object.assign(search(answer, "academic") ?? {}, { failed: true });
    if (question === projects?.question) context.mode = "refused";
  };
  expect(await fire(testing)).toEqual([
    `[ERROR] self-test personal failed: no source of it says "${personal?.expect}" to "${personal?.question}"`,
    "[ERROR] self-test academic failed: it could not be searched",
    `[ERROR] self-test projects failed: "${projects?.question}" was refused`,
    expect.stringMatching(/^\[TIMING\] self-test style: searched in /),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect(await healthOf(visitors)).toMatchObject({
    httpStatus: 503,
    details: { problem: expect.stringMatching(/personal \(no source.*, academic \(.*, projects \(/) },
  });

  tamper = (answer, question) => {
    if (question === personal?.question) answer.message.content = " ";
    answer.context.thoughts = answer.context.thoughts.filter(({ title }) => title !== "search academic");
  };
  expect(await fire(testing)).toEqual([
    `[ERROR] self-test personal failed: the answer to "${personal?.question}" is empty`,
    "[ERROR] self-test academic failed: it was not searched",
    expect.stringMatching(/^\[TIMING\] self-test projects: /),
    expect.stringMatching(/^\[TIMING\] self-test style: /),
  ]);
  await fire();
}, 60_000);

test("a model that is to be tested too has to word the answers", async () => {
  const worded = await startApp({
    SNAPSHOT_DIR,
    FUNCTION_KEY,
    DATA_DIR: join(root, "worded"),
    OPENAI_BASE_URL: `${model.url}/v1`,
    OPENAI_MODEL: "gpt-test",
    SELF_TEST_LLM: "true",
  });
  const asked = await healthOf(worded, `?deep=1&code=${FUNCTION_KEY}`);
  expect(asked).toMatchObject({ httpStatus: 200, status: "ok" });
  expect(model.getRequests().length).toBeGreaterThanOrEqual(3);
  expect(asked.details?.selfTest).toContainEqual(
    expect.objectContaining({ namespace: "personal", outcome: "answered", message: "generated" }),
  );

  model.clearFixtures().on({}, { error: { message: "gone", type: "invalid_request_error" }, status: 404 });
  // so long a result stands
  await new Promise((resolve) => setTimeout(resolve, 5_100));
  const failed = await healthOf(worded, `?deep=1&code=${FUNCTION_KEY}`);
  model.clearFixtures().on({}, { content: "Somebody's answer [1]." });
  expect(failed).toMatchObject({ httpStatus: 503, status: "unready" });
  expect(failed.details?.problem).toMatch(/personal \(no model worded the answer to "/);
  await fire();
}, 60_000);

test("an app that answers from the knowledge that it came with, since there is no other, fails", async () => {
  const killed = join(tmpdir(), "colophon-bundled-4194304");
  mkdirSync(killed, { recursive: true });
  const empty = await startApp({
    SNAPSHOT_DIR: join(root, "empty"),
    FUNCTION_KEY,
    DATA_DIR: join(root, "bundled"),
  });
  expect(await empty.ask("Who was Ada Lovelace?")).toMatchObject({ status: 200 });
  const health = await healthOf(empty, `?deep=1&code=${FUNCTION_KEY}`);
  expect(health).toMatchObject({ httpStatus: 503, status: "unready" });
  expect(health.details?.problem).toContain("the app is degraded, and what it serves is not on the share");
  // no process has this number
  expect(existsSync(killed)).toBe(false);
});

test("a self-test that cannot run at all is a failed result too", async () => {
  const spending = await startApp({
    SNAPSHOT_DIR,
    DATA_DIR: join(root, "spending"),
    SELF_TEST_SCHEDULE: never,
    SELF_TEST_URL: visitors.url,
    OPENAI_BASE_URL: `${model.url}/v1`,
    OPENAI_MODEL: "gpt-test",
    ...ingestion.env,
  });
  const before = availabilityOf(false).length;
  await spending.post("/admin/functions/self-test", {}, key);
  expect(await eventually(() => availabilityOf(false).length > before)).toBe(true);
  expect(availabilityOf(false).at(-1)).toBe("self-test all");
});

test("an app that is not reached is distinguished from wrong answers", async () => {
  const lost = await startApp({
    SNAPSHOT_DIR,
    DATA_DIR: join(root, "lost"),
    SELF_TEST_SCHEDULE: never,
    SELF_TEST_URL: `http://127.0.0.1:${await freePort()}`,
  });
  expect(await fire(lost)).toContainEqual(
    expect.stringMatching(
      /^\[ERROR\] self-test personal failed: http:\/\/127\.0\.0\.1:\d+ cannot be reached: ./,
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  const { httpStatus, details } = await healthOf(visitors);
  expect([httpStatus, details?.selfTest?.map(({ outcome }) => outcome)]).toEqual([
    200,
    namespaces.map(() => "unreachable"),
  ]);
});
