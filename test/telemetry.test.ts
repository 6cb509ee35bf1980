import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { freePort } from "../src/engine/free-port.ts";
import { startIngestionServer } from "./support/ingestion-server.ts";
import type { Envelope, IngestionServer } from "./support/ingestion-server.ts";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { startApp } from "./support/running-app.ts";
import type { ChatAnswer } from "./support/asked-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
const question = "give me your facebook id";
let server: IngestionServer;
let answers: readonly ChatAnswer[];
let exitCode: number | string;
let printed: readonly string[];

beforeAll(async () => {
  await ingestedOnce(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  server = await startIngestionServer(DATA_DIR);
  const app = await startApp({ DATA_DIR, ...server.env });
  answers = [await app.ask(question), await app.ask(question)];
  exitCode = await app.stop();
  printed = [...app.out, ...app.err];
}, 120_000);
afterAll(() => server.close());

const ofType = (baseType: string): readonly Envelope[] =>
  server.envelopes.filter(({ data }) => data.baseType === baseType);
const nameOf = ({ data }: Envelope): string => data.baseData.name ?? data.baseData.message ?? "";
const parentOf = ({ tags }: Envelope): string => tags["ai.operation.parentId"] ?? "";
const traceOf = ({ tags }: Envelope): string => tags["ai.operation.id"] ?? "";

const namespaces = ["personal", "academic", "projects", "style"];

test("a cold request and a warm one arrive complete, each once: the request, its steps and calls below it", () => {
  expect(exitCode).toBe(0);
  expect(answers).toMatchObject([{ status: 200 }, { status: 200 }]);
  const requests = ofType("RequestData");
  expect(requests.map(nameOf)).toEqual(["POST /api/chat", "POST /api/chat"]);
  const spans = ofType("RemoteDependencyData");
  for (const request of requests) {
    const own = spans.filter((span) => traceOf(span) === traceOf(request));
    const childrenOf = (parent: Envelope): string[] =>
      own.filter((span) => parentOf(span) === parent.data.baseData.id).map(nameOf);
    const [answer] = own.filter((span) => nameOf(span) === "answer");
    if (!answer) throw new Error("The answer's span is missing.");
    expect(parentOf(answer)).toBe(request.data.baseData.id);
    expect(childrenOf(answer)).toEqual([
      "embed",
      ...namespaces.map((namespace) => `search ${namespace}`),
      "generate",
    ]);
    for (const namespace of namespaces) {
      const [search] = own.filter((span) => nameOf(span) === `search ${namespace}`);
      expect(search && childrenOf(search)).toEqual([`POST /collections/colophon-${namespace}`]);
    }
    expect(own).toHaveLength(2 + 2 * namespaces.length + 1);
  }
});

test("the six lines of each question arrive in order below its request, with their attributes as strings", () => {
  for (const request of ofType("RequestData")) {
    const lines = ofType("MessageData").filter((line) => traceOf(line) === traceOf(request));
    expect(lines.map(nameOf)).toEqual([
      ...namespaces.map((name) =>
        expect.stringMatching(`^\\[TIMING\\] ${name} collection: found \\d+ docs$`),
      ),
      expect.stringMatching(/^\[TIMING\] Sequential vector search completed in \d+\.\d{3}s$/),
      expect.stringMatching(/^\[DEBUG\] Retrieved \d+ chars of context$/),
    ]);
    for (const { data } of lines) {
      const { properties = {} } = data.baseData;
      expect(properties).toMatchObject({ requestId: expect.any(String), generation: expect.any(String) });
      expect(Object.values(properties).every((value) => typeof value === "string")).toBe(true);
    }
    expect(lines[0]?.data.baseData).toMatchObject({
      severityLevel: "Information",
      properties: { namespace: "personal", stage: "search", count: "2", durationMs: expect.any(String) },
    });
  }
});

test("an answer's record and a log line are of the shape that the queries are written for", () => {
  const [answer] = ofType("RemoteDependencyData").filter((span) => nameOf(span) === "answer");
  expect(answer).toEqual({
    ver: 1,
    name: "Microsoft.ApplicationInsights.RemoteDependency",
    time: expect.any(String),
    sampleRate: 100,
    iKey: "00000000-0000-4000-8000-000000000000",
    tags: expect.objectContaining({
      "ai.cloud.role": "colophon",
      "ai.operation.id": expect.stringMatching(/^[\da-f]{32}$/),
      "ai.operation.parentId": expect.stringMatching(/^[\da-f]{16}$/),
    }),
    data: {
      baseType: "RemoteDependencyData",
      baseData: {
        ver: 2,
        id: expect.stringMatching(/^[\da-f]{16}$/),
        name: "answer",
        type: "InProc",
        duration: expect.stringMatching(/^00\.00:00:\d\d\.\d+$|^00:00:\d\d\.\d+$/),
        resultCode: "0",
        success: true,
        measurements: {},
        properties: {
          requestId: expect.any(String),
          operation: "chat",
          mode: "extractive",
          degraded: "false",
          generation: expect.any(String),
          count: "2",
          firstWordsMs: expect.any(String),
          finishReason: "stop",
          kind: "answered",
        },
      },
    },
  });
});

test("the numbers differ by what they measure, not by request", () => {
  const metrics = ofType("MetricData").flatMap(({ data }) =>
    (data.baseData.metrics ?? []).map(({ name }) => ({ name, properties: data.baseData.properties ?? {} })),
  );
  expect(metrics.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "colophon.answers",
      "colophon.first_words_ms",
      "colophon.cache_lookups",
      "colophon.generation_age_seconds",
    ]),
  );
  expect(metrics).toContainEqual({
    name: "colophon.cache_lookups",
    properties: { operation: "chat", cache: "pieces", hit: "true" },
  });
  expect(metrics.filter(({ properties }) => "requestId" in properties)).toEqual([]);
});

test("neither a visitor's words nor a line of the log is anywhere else: nothing is printed twice", () => {
  expect(JSON.stringify(server.envelopes)).not.toContain("facebook");
  expect(printed.filter((line) => /^\[(?:TIMING|DEBUG)\]/.test(line))).toEqual([]);
});

test("a failure arrives as an exception with its causes, and its call as one that failed", async () => {
  const app = await startApp({
    DATA_DIR,
    ...server.env,
    OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1`,
    OPENAI_MODEL: "gpt-test",
  });
  expect(await app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
  await app.stop();
  const [exception] = ofType("ExceptionData");
  expect(exception?.data.baseData).toMatchObject({
    exceptions: [{ typeName: "AppError", stack: expect.stringMatching(/AppError[\s\S]*Caused by: /) }],
    properties: { errorCode: "model_failed", stage: "generate", causes: expect.any(String) },
  });
  expect(
    ofType("RemoteDependencyData").filter(
      ({ data }) => data.baseData.type === "Http" && data.baseData.success === false,
    ).length,
  ).toBeGreaterThan(0);
  const lines = ofType("MessageData").map(nameOf);
  expect(lines).toContainEqual(expect.stringMatching(/^\[ERROR\] model failed/));
});

test("a model that says nothing arrives as a step that failed", async () => {
  const model = new LLMock({ port: 0 });
  await model.start();
  model.on({}, { content: "" });
  const app = await startApp({
    DATA_DIR,
    ...server.env,
    OPENAI_BASE_URL: `${model.url}/v1`,
    OPENAI_MODEL: "gpt-test",
  });
  const before = server.envelopes.length;
  expect(await app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
  await app.stop();
  await model.stop();
  const steps = server.envelopes.slice(before).filter((span) => nameOf(span) === "generate");
  expect(steps.map(({ data }) => data.baseData)).toMatchObject([
    { success: false, properties: { mode: "generated", errorCode: "model_failed" } },
    { success: true, properties: { mode: "extractive" } },
  ]);
});

test("telemetry is out two seconds later, before a platform that freezes or kills could keep it", async () => {
  const app = await startApp({ DATA_DIR, ...server.env });
  const before = server.envelopes.length;
  const { status } = await app.ask(question);
  expect(status).toBe(200);
  const names = (): readonly string[] => server.envelopes.slice(before).map(nameOf);
  await delay(2_000);
  expect(names()).toEqual(expect.arrayContaining(["answer", "search style"]));
  await app.post("/api/feedback", { answerId: "an-answer", rating: "down" });
  await delay(2_000);
  app.child.kill("SIGKILL");
  expect(names()).toContain("feedback");
});

test("an ingestion that hangs fails no answer, and an app that stops does not wait for it", async () => {
  const app = await startApp({ DATA_DIR, ...server.env });
  server.hang();
  expect(await app.ask(question)).toMatchObject({ status: 200 });
  expect(await app.ask(question)).toMatchObject({ status: 200 });
  expect(await app.stop()).toBe(0);
});

test("a connection string that is none is reported, and does not keep the app from answering about it", async () => {
  const app = await startApp({ DATA_DIR, APPLICATIONINSIGHTS_CONNECTION_STRING: "my-key" });
  expect(await app.ask(question)).toMatchObject({ status: 503, error: { code: "misconfigured" } });
  expect(app.out.join("\n")).toContain("must hold InstrumentationKey=");
});
