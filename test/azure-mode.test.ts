import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LLMock } from "@copilotkit/aimock";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startIdentityEndpoint } from "./support/identity-endpoint.ts";
import type { IdentityEndpoint } from "./support/identity-endpoint.ts";
import { startLoopbackServer } from "./support/loopback-server.ts";
import type { Answer } from "./support/loopback-server.ts";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { startApp } from "./support/running-app.ts";
import type { RunningApp } from "./support/running-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
const question = "give me your facebook id";
// its journal hides credentials; so it is the one to check them
const mock = new LLMock({ port: 0, auth: { apiKeys: ["token-of-the-identity", "key-of-the-resource"] } });

beforeAll(async () => {
  await ingestedOnce(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  await mock.start();
});
beforeEach(() => mock.clearRequests());
afterEach(() => {
  mock.clearFixtures();
});
afterAll(() => mock.stop());

/** An app whose model is a deployment named "chat" of the resource at this address. */
const startAzureApp = async (endpoint: string, more: Record<string, string> = {}): Promise<RunningApp> => {
  const settings = { DATA_DIR, AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_DEPLOYMENT: "chat" };
  const app = await startApp({ ...settings, ...more });
  // opens what is served: the time that a request has is for the model then
  await fetch(`${app.url}/api/health`);
  return app;
};

const streamed = async (app: RunningApp): Promise<readonly Line[]> => {
  const response = await app.post("/api/chat/stream", { messages: [{ role: "user", content: question }] });
  return (await response.text())
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
};
const wordsOf = (lines: readonly Line[]): string => lines.map(({ delta }) => delta?.content ?? "").join("");

interface Line {
  readonly delta?: { readonly content?: string };
  readonly context?: { readonly mode?: string };
  readonly error?: object;
}

describe("with a managed identity", () => {
  let identity: IdentityEndpoint;
  let app: RunningApp;
  beforeAll(async () => {
    identity = await startIdentityEndpoint("token-of-the-identity");
    app = await startAzureApp(mock.url, {
      ...identity.environment,
      AZURE_CLIENT_ID: "client-of-the-identity",
    });
  });

  test("the deployment is asked on the v1 surface with its token, which is fetched once", async () => {
    mock.on({}, { content: "It is samimreza101 [1]." });
    for (const _ of [1, 2]) {
      expect(await app.ask(question)).toMatchObject({
        status: 200,
        message: { content: "It is samimreza101 [1]." },
        context: { mode: "generated" },
      });
    }
    expect(mock.getRequests()).toHaveLength(2);
    for (const { path, headers, body } of mock.getRequests()) {
      expect(path).toBe("/openai/v1/chat/completions");
      expect(headers).toHaveProperty("authorization");
      expect(headers).not.toHaveProperty("api-key");
      expect(body).toMatchObject({ model: "chat", stream: true, stream_options: { include_usage: true } });
    }
    expect(identity.asked.map((query) => Object.fromEntries(query))).toEqual([
      expect.objectContaining({
        resource: "https://cognitiveservices.azure.com",
        client_id: "client-of-the-identity",
      }),
    ]);
  });

  test("an identity that gives no token gives way to the sources, and the log says what to do", async () => {
    const stranger = await startAzureApp(mock.url, {
      ...identity.environment,
      IDENTITY_HEADER: "wrong",
      AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
    });
    expect(await stranger.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
    expect(mock.getRequests()).toEqual([]);
    expect(stranger.out).toContainEqual(
      expect.stringMatching(/^\[ERROR\] model failed, .*Entra ID gave no token.*managed identity/),
    );
  });

  test("its token is not in the log", () => {
    expect([...app.out, ...app.err].join("\n")).not.toMatch(/token-of-the-identity|one-time-secret/);
  });
});

describe("with a key", () => {
  let identity: IdentityEndpoint;
  let app: RunningApp;
  beforeAll(async () => {
    identity = await startIdentityEndpoint("never-used");
    // as it is copied from the portal's sample code
    app = await startAzureApp(`${mock.url}/openai/v1`, {
      AZURE_OPENAI_API_KEY: "key-of-the-resource",
      REQUEST_TIMEOUT_SECONDS: "8",
      ...identity.environment,
    });
  });

  test("the answer is streamed in pieces, with what it cost, and the key alone is sent", async () => {
    mock.on(
      {},
      {
        content: "It is samimreza101 [1], as his page says.",
        usage: { prompt_tokens: 321, completion_tokens: 12 },
      },
      { chunkSize: 10 },
    );
    const lines = await streamed(app);
    expect(lines.filter(({ delta }) => delta?.content).length).toBeGreaterThan(3);
    expect(wordsOf(lines)).toBe("It is samimreza101 [1], as his page says.");
    expect(lines.at(-1)).toMatchObject({
      context: {
        mode: "generated",
        finish_reason: "stop",
        usage: { prompt_tokens: 321, completion_tokens: 12 },
      },
    });
    expect(mock.getLastRequest()).toMatchObject({ path: "/openai/v1/chat/completions" });
    expect(identity.asked).toEqual([]);
  });

  test("an answer that got too long is reported as such", async () => {
    mock.on({}, { content: "It is samimreza101, and", finishReason: "length" });
    expect(await app.ask(question)).toMatchObject({
      context: { mode: "generated", finish_reason: "length" },
    });
  });

  test("a server error is answered by asking again, a lasting one by the sources", async () => {
    mock.on({}, { content: "At last [1]." });
    mock.nextRequestError(500, { message: "oops", type: "server_error" });
    expect(await app.ask(question)).toMatchObject({ message: { content: "At last [1]." } });
    expect(mock.getRequests()).toHaveLength(2);

    mock.clearFixtures().on({}, { error: { message: "oops", type: "server_error" }, status: 500 });
    expect(await app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
    expect(mock.getRequests()).toHaveLength(2 + 3);
  });

  test("a model that does not answer in time gives way to the sources", async () => {
    mock.on({}, { content: "Too late." }, { chaos: { latencyMs: 10_000 } });
    const lines = await streamed(app);
    expect(lines[0]).toMatchObject({ context: { mode: "extractive" } });
    expect(wordsOf(lines)).toContain("samimreza101");
  });

  test("a stream that is cut ends with an error line; where nothing was shown yet, the sources answer", async () => {
    mock.on(
      {},
      { content: "This sentence will never be brought to its end, alas." },
      { chunkSize: 5, truncateAfterChunks: 4, latency: 20 },
    );
    const lines = await streamed(app);
    expect(lines[0]).toMatchObject({ context: { mode: "generated" } });
    expect(lines.at(-1)).toMatchObject({ error: { code: "model_failed" } });
    expect(await app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
  });

  test("a rate limit with a short wait is sat out", async () => {
    mock.on({}, { content: "At last [1]." });
    mock.prependFixture({
      match: { sequenceIndex: 0 },
      response: { error: { message: "slow down", code: "429" }, status: 429, retryAfter: 1 },
    });
    expect(await app.ask(question)).toMatchObject({ message: { content: "At last [1]." } });
    const [first, second] = mock.getRequests();
    expect(Number(second?.timestamp) - Number(first?.timestamp)).toBeGreaterThanOrEqual(1_000);
  });

  // last: it leaves the model alone from then on
  test("a rate limit with a long wait gives way to the sources, and the model is left alone as long", async () => {
    mock.on({}, { error: { message: "slow down", code: "429" }, status: 429, retryAfter: 90 });
    for (const _ of [1, 2, 3]) {
      expect(await app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
    }
    expect(mock.getRequests()).toHaveLength(1);
    const refusal = /^\[ERROR\] model failed, .*429.*asks to be left alone for (?:8\d|9\d|10\d) s/;
    expect(app.out.filter((line) => refusal.test(line))).toHaveLength(3);
  });

  test("neither the key nor the visitor's words are in the log", () => {
    expect([...app.out, ...app.err].join("\n")).not.toMatch(/key-of-the-resource|facebook id/);
  });
});

describe("as Azure words it on the wire", () => {
  let answer: Answer;
  let asked = 0;
  let app: RunningApp;
  beforeAll(async () => {
    const url = await startLoopbackServer((request, response, body) => {
      asked += 1;
      answer(request, response, body);
    });
    app = await startAzureApp(url, { AZURE_OPENAI_API_KEY: "key" });
  });
  beforeEach(() => {
    asked = 0;
  });

  const findings = {
    hate: { filtered: false, severity: "safe" },
    self_harm: { filtered: false, severity: "safe" },
    sexual: { filtered: false, severity: "safe" },
    violence: { filtered: false, severity: "safe" },
  };
  const chunks =
    (...parts: readonly object[]): Answer =>
    (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const shared = {
        id: "chatcmpl-1",
        object: "chat.completion.chunk",
        created: 1_790_000_000,
        model: "gpt-4.1-mini",
      };
      for (const part of parts) response.write(`data: ${JSON.stringify({ ...shared, ...part })}\n\n`);
      response.end("data: [DONE]\n\n");
    };
  const promptFindings = {
    choices: [],
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: findings }],
  };
  const delta = (content: string): object => ({
    choices: [{ index: 0, delta: { content }, finish_reason: null, content_filter_results: findings }],
  });
  const end = (finish_reason: string, found: object = {}): object => ({
    choices: [{ index: 0, delta: {}, finish_reason, content_filter_results: { ...findings, ...found } }],
  });
  const usage = { choices: [], usage: { prompt_tokens: 300, completion_tokens: 7, total_tokens: 307 } };
  const stoppedForViolence = end("content_filter", { violence: { filtered: true, severity: "medium" } });

  test("a first chunk without a choice is passed over, a last one tells the usage", async () => {
    answer = chunks(promptFindings, delta("It is "), delta("samimreza101 [1]."), end("stop"), usage);
    expect(await app.ask(question)).toMatchObject({
      message: { content: "It is samimreza101 [1]." },
      context: {
        mode: "generated",
        finish_reason: "stop",
        usage: { prompt_tokens: 300, completion_tokens: 7 },
      },
    });
  });

  const filterPrompt: Answer = (_, response) => {
    response.writeHead(400, { "content-type": "application/json", "apim-request-id": "1" }).end(
      JSON.stringify({
        error: {
          message: `The response was filtered due to the prompt: ${question}`,
          type: null,
          param: "prompt",
          code: "content_filter",
          status: 400,
          innererror: {
            code: "ResponsibleAIPolicyViolation",
            content_filter_result: { ...findings, jailbreak: { filtered: true, detected: true } },
          },
        },
      }),
    );
  };

  test("a filtered prompt is answered kindly, once, and its category logged", async () => {
    answer = filterPrompt;
    const lines = await streamed(app);
    expect(lines[0]).toMatchObject({ context: { mode: "refused", citations: [] } });
    expect(wordsOf(lines)).toMatch(/content filter/);
    expect(wordsOf(lines)).not.toContain("samimreza101");
    expect(lines.at(-1)).toMatchObject({ context: { mode: "refused", finish_reason: "content_filter" } });
    expect(asked).toBe(1);
    expect(app.out).toContainEqual("A content filter stopped the question or its answer: jailbreak");
    expect(app.out.join("\n")).not.toContain(question);
  });

  test("the clients of every other protocol get the same in its own words", async () => {
    answer = filterPrompt;
    const client = new OpenAI({ baseURL: `${app.url}/api/v1`, apiKey: "any" });
    const messages = [{ role: "user" as const, content: question }];
    const completion = await client.chat.completions.create({ model: "colophon", messages });
    expect(completion.choices[0]).toMatchObject({
      finish_reason: "content_filter",
      message: { content: expect.stringContaining("content filter") },
    });
    const streamedChunks = await Array.fromAsync(
      await client.chat.completions.create({ model: "colophon", messages, stream: true }),
    );
    expect(streamedChunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual([
      "content_filter",
    ]);

    const response = await app.post("/api/ai-sdk/chat", {
      id: "1",
      messages: [{ id: "1", role: "user", parts: [{ type: "text", text: question }] }],
    });
    expect(await response.text()).toMatch(/"type":"finish".*"finishReason":"content-filter"/);
  });

  test("a completion that was filtered before its first word is answered kindly", async () => {
    answer = chunks(promptFindings, stoppedForViolence, usage);
    expect(await app.ask(question)).toMatchObject({
      status: 200,
      message: { content: expect.stringContaining("content filter") },
      context: {
        mode: "refused",
        finish_reason: "content_filter",
        usage: { prompt_tokens: 300, completion_tokens: 7 },
      },
    });
    expect(app.out).toContainEqual("A content filter stopped the question or its answer: violence");
  });

  test("a completion that was filtered amid its words keeps what was shown, and shows nothing that was not", async () => {
    answer = chunks(promptFindings, delta("Once upon a time"), stoppedForViolence);
    const lines = await streamed(app);
    expect(lines[0]).toMatchObject({ context: { mode: "generated" } });
    expect(wordsOf(lines)).toBe("Once upon a time");
    expect(lines.at(-1)).toMatchObject({ context: { mode: "generated", finish_reason: "content_filter" } });

    const whole = await app.ask(question);
    expect(whole).toMatchObject({ context: { mode: "refused", finish_reason: "content_filter" } });
    expect(whole.message?.content).not.toContain("Once");
  });

  test("a wait in milliseconds is honoured", async () => {
    const times: number[] = [];
    const words = chunks(delta("At last [1]."), end("stop"));
    answer = (request, response, body) => {
      times.push(performance.now());
      if (times.length > 1) return words(request, response, body);
      response.writeHead(429, { "retry-after-ms": "300", "retry-after": "60" }).end();
    };
    expect(await app.ask(question)).toMatchObject({ message: { content: "At last [1]." } });
    expect(times).toHaveLength(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(300);
  });

  test.each([
    [401, "401", /401.*does not accept the key or the identity.*Cognitive Services OpenAI User"\)\.$/],
    [404, "DeploymentNotFound", /404 DeploymentNotFound.*no model .* of this name.* It said: "No such …"/],
  ])("what an owner can fix is logged, and of a key not even a part: %i", async (status, code, logged) => {
    answer = (_, response) =>
      response.writeHead(status).end(JSON.stringify({ error: { code, message: "No such facebook id" } }));
    expect(await app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
    expect(asked).toBe(1);
    expect(app.out).toContainEqual(expect.stringMatching(logged));
    expect(app.out.join("\n")).not.toContain("facebook id");
  });

  test("a model that spends its tokens on thoughts gives way to the sources, and the log says what to raise", async () => {
    answer = chunks(promptFindings, end("length"), usage);
    // it charges for them all the same
    expect(await app.ask(question)).toMatchObject({
      status: 200,
      context: { mode: "extractive", usage: { prompt_tokens: 300, completion_tokens: 7 } },
    });
    expect(app.out).toContainEqual(expect.stringMatching(/said nothing.*ANSWER_TOKENS/));
  });

  // last: it leaves the model alone for a while
  test("a model that wanted to be left alone is asked again when that time is over", async () => {
    answer = (_, response) => response.writeHead(503, { "retry-after-ms": "5100" }).end();
    expect(await app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
    answer = chunks(delta("Here I am [1]."), end("stop"));
    expect(await app.ask(question)).toMatchObject({ context: { mode: "extractive" } });
    expect(asked).toBe(1);
    await delay(5_100);
    expect(await app.ask(question)).toMatchObject({ message: { content: "Here I am [1]." } });
  }, 20_000);
});
