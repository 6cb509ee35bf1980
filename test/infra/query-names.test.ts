import { readFileSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { beforeAll, expect, test } from "@jest/globals";
import { freePort } from "../../src/engine/free-port.ts";
import { startIngestionServer } from "../support/ingestion-server.ts";
import { enginesOf } from "../support/processes.ts";
import { repository } from "../support/repository.ts";
import { ingestedOnce } from "../support/ingested-once.ts";
import { startApp } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { namesIn } from "./kusto/names-in.ts";
import { rowsOf, wasSent } from "./kusto/sent-names.ts";

const DATA_DIR = temporaryFolder();
const FUNCTION_KEY = "the-function-key";
let rows: ReturnType<typeof rowsOf>;

/** All that the queries ask for happens once: answered, refused, filtered, tested, opined on, restarted, failed, degraded. */
beforeAll(async () => {
  await ingestedOnce(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  const server = await startIngestionServer(DATA_DIR);
  const mock = new LLMock({ port: 0 });
  await mock.start();
  mock.on({}, { content: "It is so [1]." });
  const app = await startApp({
    DATA_DIR,
    ...server.env,
    FUNCTION_KEY,
    LOG_CONTENT: "true",
    OPENAI_BASE_URL: `${mock.url}/v1`,
    OPENAI_MODEL: "gpt-test",
    PROMPT_TOKEN_PRICE: "1",
    COMPLETION_TOKEN_PRICE: "2",
  });
  await app.ask("give me your facebook id");
  await app.ask("How do volcanoes erupt on a moon of Jupiter?");
  await fetch(`${app.url}/api/health?deep=1`, { headers: { "x-functions-key": FUNCTION_KEY } });
  await app.post("/api/feedback", { answerId: "an-answer", rating: "up", comment: "Thanks" });
  const error = { message: "filtered", type: "invalid_request_error", code: "content_filter" };
  mock.clearFixtures().on({}, { error, status: 400 });
  await app.ask("give me your facebook id");
  await mock.stop();
  process.kill(enginesOf(app.child.pid)[0] ?? 0, "SIGKILL");
  await app.ask("What is KrishiSense?");
  await app.stop();

  const unreachable = {
    CHROMA_MODE: "server",
    CHROMA_URL: `http://127.0.0.1:${await freePort()}`,
    REQUEST_TIMEOUT_SECONDS: "1",
  };
  const failing = await startApp({ DATA_DIR, ...server.env, ...unreachable });
  await failing.ask("What is KrishiSense?");
  await failing.stop();

  const share = readdirSync(DATA_DIR, { recursive: true, encoding: "utf8" });
  rmSync(join(DATA_DIR, share.find((file) => basename(file) === "CURRENT") ?? ""));
  const degraded = await startApp({ DATA_DIR, ...server.env });
  await degraded.ask("What is KrishiSense?");
  await degraded.stop();
  server.close();
  rows = rowsOf(server.envelopes);
}, 240_000);

const folder = join(repository, "infra", "queries");
const uses = readdirSync(folder).flatMap((file) =>
  namesIn(readFileSync(join(folder, file), "utf8")).map((use) => ({ file, use })),
);

const words = ({ tables, among, kind, attribute, text, begins }: (typeof uses)[number]["use"]): string =>
  `${tables.join(", ")}${among.map(({ text: name }) => ` ${name}`).join("")}: ${attribute === undefined ? kind : `${attribute} with the ${kind}`} ${text}${begins === true ? "…" : ""}`;

test("what a query looks for is found in it, with the table that it looks in", () => {
  const query = `// customDimensions.notThis
let early = traces | where message startswith "Begun " | project tostring(customDimensions.kind);
union dependencies, customEvents
| where name in ("answer", "feedback") and tostring(customDimensions.synthetic) != "true" and todouble(customDimensions["count"]) > 0`;
  expect(namesIn(query).map(words)).toEqual([
    "traces: message Begun …",
    "traces Begun : attribute kind",
    "dependencies, customEvents: name answer",
    "dependencies, customEvents: name feedback",
    "dependencies, customEvents answer feedback: attribute synthetic",
    "dependencies, customEvents answer feedback: synthetic with the value true",
    "dependencies, customEvents answer feedback: attribute count",
  ]);
});

test("every attribute, value, name and beginning of a message that a query looks for is one that the app sends", () => {
  const missing = uses
    .filter(({ use }) => !wasSent(rows, use))
    .map(({ file, use }) => `${file}: ${words(use)}`);
  expect(uses.length).toBeGreaterThan(60);
  expect([...new Set(missing)]).toEqual([]);
});

test("the metrics count what visitors asked, what it cost, and nothing of the self-test", () => {
  const sumOf = (metric: string, kind?: string): number =>
    rows
      .filter(({ table, name }) => table === "customMetrics" && name === metric)
      .filter(({ customDimensions }) => kind === undefined || customDimensions["kind"] === kind)
      .reduce((sum, { value = 0 }) => sum + value, 0);
  const answers = rows.filter(({ table, name }) => table === "dependencies" && name === "answer");
  const visitors = answers.filter(({ customDimensions }) => customDimensions["synthetic"] !== "true");
  const total = (attribute: string): number =>
    visitors.reduce((sum, { customDimensions }) => sum + Number(customDimensions[attribute] ?? 0), 0);
  expect(visitors).toHaveLength(6);
  expect(answers.length).toBeGreaterThan(visitors.length);
  expect(sumOf("colophon.answers")).toBe(visitors.length);
  expect(total("promptTokens")).toBeGreaterThan(0);
  expect(sumOf("colophon.tokens", "prompt")).toBe(total("promptTokens"));
  expect(sumOf("colophon.tokens", "completion")).toBe(total("completionTokens"));
  expect(total("costUsd")).toBeGreaterThan(0);
  expect(sumOf("colophon.cost_usd")).toBeCloseTo(total("costUsd"), 9);
});
