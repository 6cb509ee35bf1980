import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startEmbeddingServer } from "./support/embedding-server.ts";
import type { EmbeddingServer } from "./support/embedding-server.ts";
import { startIdentityEndpoint } from "./support/identity-endpoint.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { startLoopbackServer } from "./support/loopback-server.ts";
import { repository } from "./support/repository.ts";
import { ingestHere, ingestJob, openApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const knowledge = join(repository, "test", "fixtures", "seed-knowledge");
const root = temporaryFolder();
const newFolder = (): string => mkdtempSync(join(root, "data-"));
const question = "give me your facebook id";

interface Manifest {
  readonly scores: object;
  readonly embedder: { readonly name: string; readonly dimensions: number };
  readonly namespaces: readonly { readonly name: string; readonly threshold: number }[];
}

const newestManifest = (folder: string): Manifest => {
  const newest = readdirSync(join(folder, "generations")).sort().at(-1) ?? "";
  return JSON.parse(readFileSync(join(folder, "generations", newest, "manifest.json"), "utf8")) as Manifest;
};

/** A folder with one text. */
const smallKnowledge = (text: string): string => {
  const folder = newFolder();
  mkdirSync(join(folder, "personal"));
  writeFileSync(join(folder, "personal", "about.md"), text);
  return folder;
};

describe("a deployment that embeds", () => {
  const DATA_DIR = newFolder();
  let server: EmbeddingServer;
  let azure: Record<string, string>;
  beforeAll(async () => {
    server = await startEmbeddingServer();
    azure = {
      DATA_DIR,
      AZURE_OPENAI_ENDPOINT: server.url,
      AZURE_OPENAI_API_KEY: "key",
      AZURE_OPENAI_EMBEDDING_DEPLOYMENT: "text-embedding-3-small",
    };
    await ingestHere(knowledge, { ...azure, EMBEDDINGS: "azure" });
  });

  test("an ingest names it with the length of its vectors, and takes the scores of its model", () => {
    const { embedder, scores } = newestManifest(DATA_DIR);
    expect(embedder).toEqual({ name: "text-embedding-3-small/384", dimensions: 384 });
    expect(scores).toEqual({ maybe: 0.3, sure: 0.45 });
    expect(server.requests.every(({ model }) => model === "text-embedding-3-small")).toBe(true);
  });

  test("a canary question is embedded once, however many namespaces it is asked of", async () => {
    const folder = smallKnowledge("# Anna\n\nAnna mends clocks in Jena.\n");
    for (const namespace of ["academic", "projects"]) {
      mkdirSync(join(folder, namespace));
      writeFileSync(join(folder, namespace, "about.md"), `# ${namespace}\n\nOn ${namespace} all is well.\n`);
    }
    const canary = "What does Anna mend?";
    writeFileSync(join(folder, "canaries.json"), JSON.stringify([{ question: canary, expect: "clocks" }]));
    const before = server.requests.length;
    await ingestHere(folder, { ...azure, DATA_DIR: newFolder(), EMBEDDINGS: "azure" });
    const asked = server.requests.slice(before).filter(({ input }) => input.includes(canary));
    expect(asked).toHaveLength(1);
  });

  test("it embeds the questions too, each once, though the next ingest would be embedded here", async () => {
    const app = openApp({ ...azure, EMBEDDINGS: "local" });
    const before = server.requests.length;
    for (const _ of [1, 2]) {
      const answer = await app.ask(question);
      expect(answer).toMatchObject({ status: 200, context: { mode: "extractive" } });
      expect(answer.message?.content).toContain("samimreza101");
      expect(answer.context?.degraded).toBeUndefined();
    }
    expect(server.requests.slice(before).map(({ input }) => input)).toEqual([[question]]);
  });

  test("an app that has it not says so, and serves what it can", async () => {
    const app = openApp({ DATA_DIR, FUNCTION_KEY: "key" });
    const health = await app.fetch("/api/health?code=key");
    expect(await health.json()).toMatchObject({
      status: "degraded",
      details: {
        embedder: "all-MiniLM-L6-v2-int8",
        problem: expect.stringMatching(
          /was embedded with text-embedding-3-small\/384, which this app does not have/,
        ),
      },
    });
  });

  test("the same files are not embedded again", async () => {
    const before = server.requests.length;
    const again = await ingestJob({ folder: knowledge }, { ...azure, EMBEDDINGS: "azure" });
    expect(again.outcome).toBe("unchanged");
    // the one word tells how long its vectors are
    expect(server.requests.slice(before).map(({ input }) => input.length)).toEqual([1]);
  });

  test("vectors can be shortened, and an app that would shorten them in another way refuses", async () => {
    const short = newFolder();
    const settings = { ...azure, DATA_DIR: short, EMBEDDINGS: "azure" };
    await ingestHere(knowledge, { ...settings, EMBEDDING_DIMENSIONS: "256" });
    expect(newestManifest(short).embedder).toEqual({ name: "text-embedding-3-small/256", dimensions: 256 });

    const app = openApp({ ...settings, EMBEDDING_DIMENSIONS: "256" });
    expect((await app.ask(question)).message?.content).toContain("samimreza101");
    const other = openApp({ ...settings, EMBEDDING_DIMENSIONS: "128" });
    await other.ask(question);
    expect(other.out.join("\n")).toMatch(/text-embedding-3-small\/256, which this app does not have/);
    const forgetful = openApp(settings);
    expect(await forgetful.ask(question)).toMatchObject({ status: 503, error: { code: "embedder_failed" } });
    expect(forgetful.out.join("\n")).toMatch(/vectors of 384 numbers, and 256 are needed/);
  });
});

test("what was embedded here is asked here, though the next ingest would be embedded by a model", async () => {
  const DATA_DIR = newFolder();
  await ingestedOnce(knowledge, { DATA_DIR });
  let asked = 0;
  const url = await startLoopbackServer((_, response) => {
    asked += 1;
    response.writeHead(500).end();
  });
  const app = openApp({
    DATA_DIR,
    EMBEDDINGS: "openai",
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_EMBEDDING_MODEL: "nomic-embed-text",
  });
  expect((await app.ask(question)).message?.content).toContain("samimreza101");
  expect(asked).toBe(0);
});

describe("against aimock", () => {
  const mock = new LLMock({ port: 0, auth: { apiKeys: ["token-of-the-identity", "key-of-the-resource"] } });
  const folder = smallKnowledge("# Anna\n\nAnna mends clocks in Jena.\n");
  const azure = (DATA_DIR: string): Record<string, string> => ({
    DATA_DIR,
    EMBEDDINGS: "azure",
    AZURE_OPENAI_ENDPOINT: mock.url,
    AZURE_OPENAI_API_KEY: "key-of-the-resource",
    AZURE_OPENAI_EMBEDDING_DEPLOYMENT: "embed",
  });
  beforeAll(() => mock.start());
  beforeEach(() => mock.clearRequests());
  afterEach(() => {
    mock.clearFixtures();
  });
  afterAll(() => mock.stop());

  test("a managed identity embeds", async () => {
    const identity = await startIdentityEndpoint("token-of-the-identity");
    const DATA_DIR = newFolder();
    const { AZURE_OPENAI_API_KEY: _, ...keyless } = azure(DATA_DIR);
    // the SDK looks for an identity there, and not in the settings
    Object.assign(process.env, identity.environment);
    await ingestHere(folder, { ...keyless, ...identity.environment });
    for (const name of Object.keys(identity.environment)) delete process.env[name];
    // for the length of its vectors, for the passage, and for the question that the ingest makes of it
    expect(mock.getRequests().map(({ path }) => path)).toEqual([
      "/openai/v1/embeddings",
      "/openai/v1/embeddings",
      "/openai/v1/embeddings",
    ]);
    expect(identity.asked).toHaveLength(1);
    expect(newestManifest(DATA_DIR).embedder.name).toBe("embed/1536");
  });

  test("an ingest sits out a rate limit and a server error, and warns of no language", async () => {
    mock.prependFixture({
      match: { endpoint: "embedding", sequenceIndex: 0 },
      response: { error: { message: "slow down" }, status: 429, retryAfter: 1 },
    });
    mock.nextRequestError(500, { message: "oops" });
    const german = smallKnowledge(
      "# Anna\n\nAnna repariert seit vielen Jahren alte Uhren in ihrer Werkstatt in Jena an der Saale.\n",
    );
    const { outcome, problems, warning } = await ingestJob({ folder: german }, azure(newFolder()));
    expect([outcome, problems, warning]).toEqual(["published", [], undefined]);
    expect(mock.getRequests().length).toBeGreaterThan(2);
  });

  test.each([
    [
      { error: { message: "quota" }, status: 429, retryAfter: 86_400 },
      /answered 429.*left alone for 86400 s/,
    ],
    [{ error: { message: "x", code: "DeploymentNotFound" }, status: 404 }, /404.*no model or deployment/],
  ])("an ingest that cannot embed says why, and publishes nothing: %j", async (response, expected) => {
    mock.onEmbedding(/./, response);
    const DATA_DIR = newFolder();
    const failed = ingestHere(folder, azure(DATA_DIR));
    await expect(failed).rejects.toThrow(expected);
    await expect(failed).rejects.toThrow(/^The embedding model's server/);
    expect(readdirSync(DATA_DIR)).not.toContain("CURRENT");
  });

  test("a wrong key is reported", async () => {
    const settings = { ...azure(newFolder()), AZURE_OPENAI_API_KEY: "wrong" };
    await expect(ingestHere(folder, settings)).rejects.toThrow(/answered 401.*does not accept the key/);
  });

  test("a question that cannot be embedded is an error of ours, and the next one is answered again", async () => {
    const settings = azure(newFolder());
    await ingestHere(folder, settings);
    const app = openApp({ ...settings, REQUEST_TIMEOUT_SECONDS: "5" });
    await app.fetch("/api/health");
    mock.onEmbedding(/clocks/, { error: { message: "oops" }, status: 500 });
    expect(await app.ask("Who mends clocks?")).toMatchObject({
      status: 503,
      error: { code: "embedder_failed", message: expect.stringContaining("try again") },
    });
    expect(app.out.join("\n")).toMatch(/\[ERROR\].*The embedding model's server answered 500/);
    mock
      .clearFixtures()
      .onEmbedding(
        /./,
        { embedding: [1, ...Array.from({ length: 1_535 }, () => 0)] },
        { chaos: { latencyMs: 8_000 } },
      );
    expect(await app.ask("Who mends clocks?")).toMatchObject({
      status: 504,
      error: { code: "deadline_exceeded" },
    });
    mock.clearFixtures();
    expect(await app.ask("Who mends clocks?")).toMatchObject({ status: 200 });
  });
});
