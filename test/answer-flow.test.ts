import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { questionLines } from "./support/asked-app.ts";
import { ingestHere, openApp } from "./support/in-process-app.ts";
import type { InProcessApp } from "./support/in-process-app.ts";
import { serveHere } from "./support/serve-here.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const seed = join(repository, "test", "fixtures", "seed-knowledge");
const DATA_DIR = temporaryFolder();
const root = temporaryFolder();

beforeAll(async () => {
  await ingestedOnce(seed, { DATA_DIR });
});

describe("a visitor of the seed's owner", () => {
  let app: InProcessApp;
  beforeAll(async () => {
    app = openApp({ DATA_DIR });
  });

  test("gets the Facebook address, with its source, and the log tells the six lines", async () => {
    const before = app.out.length;
    const answer = await app.ask("give me your facebook id");

    expect(answer.status).toBe(200);
    expect(answer.message?.role).toBe("assistant");
    expect(answer.message?.content).toContain("https://www.facebook.com/samimreza101");
    expect(answer.context?.mode).toBe("extractive");
    expect(answer.context?.degraded).toBeUndefined();
    expect(answer.context?.citations[0]).toMatchObject({
      namespace: "personal",
      source: expect.stringMatching(/^personal\//),
    });
    expect(answer.context?.data_points.text[0]).toMatch(/^personal\/\S+: /);
    expect(answer.context?.thoughts.map(({ title }) => title)).toEqual([
      "embed",
      "search personal",
      "search academic",
      "search projects",
      "search style",
      "first words",
    ]);

    const lines = questionLines(app.out.slice(before));
    expect(lines).toHaveLength(6);
    for (const [index, namespace] of ["personal", "academic", "projects", "style"].entries()) {
      expect(lines[index]).toMatch(new RegExp(`^\\[TIMING\\] ${namespace} collection: found \\d docs$`));
    }
    expect(lines[4]).toMatch(/^\[TIMING\] Sequential vector search completed in \d+\.\d{3}s$/);
    expect(lines[5]).toMatch(/^\[DEBUG\] Retrieved \d{3,} chars of context$/);
  });

  test("gets the e-mail address from the same facts", async () => {
    expect((await app.ask("What is your email address?")).message?.content).toContain(
      "samimreza2111@gmail.com",
    );
  });

  test("is refused what the files do not hold, without any source", async () => {
    const answer = await app.ask("Which team won the football world cup in 1998?");
    expect(answer.status).toBe(200);
    expect(answer.context).toMatchObject({ mode: "refused", citations: [] });
  });

  test("never gets the style quoted, nor cited", async () => {
    for (const question of [
      "How do you write?",
      "What is your writing style and tone?",
      "Tell me about your projects",
    ]) {
      const { context } = await app.ask(question);
      expect(context?.citations.map(({ namespace }) => namespace)).not.toContain("style");
      expect(context?.data_points.text.join("\n")).not.toContain("style/");
    }
  });

  test("searches alone, in all namespaces or in some", async () => {
    const all = (await (await app.post("/api/search", { question: "KrishiSense" })).json()) as SearchBody;
    expect(all.namespaces.map(({ name }) => name)).toEqual(["personal", "academic", "projects", "style"]);
    const hits = all.namespaces.find(({ name }) => name === "projects")?.hits ?? [];
    expect(hits[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}/),
      text: expect.stringContaining("KrishiSense"),
      source: expect.stringMatching(/^projects\//),
      similarity: expect.any(Number),
      score: expect.any(Number),
    });
    const some = await app.post("/api/search", {
      question: "KrishiSense",
      namespaces: ["style", "projects"],
    });
    expect(((await some.json()) as SearchBody).namespaces.map(({ name }) => name)).toEqual([
      "projects",
      "style",
    ]);
  });

  test("gets the session state back under the name it was sent", async () => {
    const messages = [{ role: "user", content: "give me your facebook id" }];
    for (const name of ["sessionState", "session_state"]) {
      const answer = await (await app.post("/api/chat", { messages, [name]: { turn: 3 } })).json();
      expect(answer).toHaveProperty(name, { turn: 3 });
    }
  });

  test("hears the honest status, and no details without the key", async () => {
    const response = await app.fetch("/api/health");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: "ok",
      generation: expect.stringMatching(/^\d{6}-[0-9a-f]{8}$/),
    });
  });

  test("keeps its words out of the log", async () => {
    await app.ask("give me your facebook id, says Ottilie");
    expect(app.out.join("\n")).not.toContain("Ottilie");
  });

  test("is not noticed when it leaves in the middle", async () => {
    const controller = new AbortController();
    const over = await serveHere({ DATA_DIR });
    const asked = over.fetch("/api/chat/stream", {
      method: "POST",
      body: JSON.stringify({ messages: [{ role: "user", content: "Who are you?" }] }),
      signal: controller.signal,
    });
    controller.abort();
    await expect(asked).rejects.toThrow();
    expect((await over.ask("give me your facebook id")).status).toBe(200);
  });
});

test("a prompt holds no more of the files than CONTEXT_TOKENS, not even of texts that are no words", async () => {
  const folder = join(root, "knowledge");
  mkdirSync(join(folder, "personal"), { recursive: true });
  for (const letter of "bcdfghjk") {
    writeFileSync(
      join(folder, "personal", `${letter}.md`),
      `# What is ${letter}?\n\nIt is ${`${letter}q`.repeat(150)}\n`,
    );
  }
  const plan = { namespaces: [{ name: "personal", topK: 8, threshold: 0 }] };
  writeFileSync(join(folder, "namespaces.json"), JSON.stringify(plan));
  const own = { DATA_DIR: join(root, "data") };
  await ingestHere(folder, own);
  const app = openApp({ ...own, CONTEXT_TOKENS: "130" });
  const { context } = await app.ask("What is it?");
  expect(context?.data_points.text).toHaveLength(2);
  const retrieved = app.out.flatMap((line) => /Retrieved (\d+) chars/.exec(line)?.[1] ?? []).map(Number);
  expect(retrieved).toEqual([expect.any(Number)]);
  expect(retrieved[0]).toBeLessThan(130 * 6);
});

test("the owner who turned content logging on reads question and context", async () => {
  const app = openApp({ DATA_DIR, LOG_CONTENT: "true" });
  await app.ask("give me your facebook id");
  const lines = questionLines(app.out);
  expect(lines[6]).toBe("[DEBUG] QUESTION: give me your facebook id");
  expect(lines[7]).toMatch(/^\[DEBUG\] RETRIEVED CONTEXT: <source id="1" .*samimreza101/);
});

test("with LOG_FORMAT=json every line carries its attributes", async () => {
  const app = openApp({ DATA_DIR, LOG_FORMAT: "json" });
  await app.ask("give me your facebook id");
  const records = app.out
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const search = records.find(({ message }) => String(message).startsWith("[TIMING] personal collection"));
  expect(search).toMatchObject({
    severity: "information",
    namespace: "personal",
    stage: "search",
    count: expect.any(Number),
    durationMs: expect.any(Number),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    generation: expect.stringMatching(/^\d{6}-/),
  });
  const ids = new Set(records.filter(({ requestId }) => requestId).map(({ requestId }) => requestId));
  expect(ids.size).toBe(1);
});

test("the owner with the function key sees the details of health", async () => {
  const app = openApp({ DATA_DIR, FUNCTION_KEY: "s3cret" });
  const open = (await (await app.fetch("/api/health")).json()) as object;
  expect(Object.keys(open)).toEqual(["status", "generation"]);
  const wrong = (await (await app.fetch("/api/health?code=guess")).json()) as object;
  expect(Object.keys(wrong)).toEqual(["status", "generation"]);
  const detailed = await app.fetch("/api/health", { headers: { "x-functions-key": "s3cret" } });
  expect(await detailed.json()).toMatchObject({
    details: {
      embedder: "all-MiniLM-L6-v2-int8",
      answers: "extractive",
      namespaces: [{ name: "personal" }, { name: "academic" }, { name: "projects" }, { name: "style" }],
    },
  });
});

test("the details of health tell what can only be asked of the machine itself", async () => {
  const app = openApp({ DATA_DIR, FUNCTION_KEY: "s3cret" });
  const facts = async (): Promise<Record<string, unknown>> => {
    const response = await app.fetch("/api/health", { headers: { "x-functions-key": "s3cret" } });
    return ((await response.json()) as { details: { platform: Record<string, unknown> } }).details.platform;
  };
  const before = await facts();
  expect(before).toMatchObject({
    node: process.version,
    cores: expect.any(Number),
    uptimeSeconds: expect.any(Number),
    memory: { appMb: expect.any(Number), machineMb: expect.any(Number) },
  });
  expect(before["firstAnswer"]).toBeUndefined();
  await app.ask("Who was Ada Lovelace?");
  const first = (await facts())["firstAnswer"] as Record<string, number>;
  expect(first["tookMs"]).toBeGreaterThan(0);
  expect(first["afterLoadMs"]).toBeGreaterThanOrEqual(first["tookMs"] ?? Infinity);
  expect(first["afterProcessStartMs"]).toBeGreaterThanOrEqual(first["afterLoadMs"] ?? Infinity);
  await app.ask("And who was her mother?");
  expect((await facts())["firstAnswer"]).toEqual(first);
  if (process.platform !== "linux") return;
  // in a chroot, Linux does not list what the root lies on
  const isListed = / \/ /.test(readFileSync("/proc/mounts", "utf8"));
  expect(String(before["shareMount"])).toMatch(isListed ? /^\S+ \/\S* \S+ \S+$/ : /^undefined$/);
  const memory = before["memory"] as Record<string, number>;
  // with its engine
  expect(memory["appAndEngineMb"]).toBeGreaterThan(100);
});

interface SearchBody {
  readonly namespaces: readonly {
    readonly name: string;
    readonly hits: readonly { readonly source: string }[];
  }[];
}
