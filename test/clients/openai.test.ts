import OpenAI, { AuthenticationError, BadRequestError } from "openai";
import { beforeAll, expect, test } from "@jest/globals";
import { factAnswer, factQuestion, offTopic, setClientScene } from "../support/client-scene.ts";

const scene = setClientScene();
let client: OpenAI;
beforeAll(() => {
  client = new OpenAI({ baseURL: `${scene.app.url}/api/v1`, apiKey: scene.key, maxRetries: 0 });
});

/** What is not OpenAI's stands beside it. */
interface Extra {
  readonly colophon?: {
    readonly mode: string;
    readonly sources: readonly { readonly namespace: string; readonly url: string }[];
    readonly followup_questions: readonly string[];
  };
}
type Messages = OpenAI.ChatCompletionMessageParam[];
const user = (content: string): Messages => [{ role: "user", content }];
const complete = (messages: Messages): Promise<OpenAI.ChatCompletion & Extra> =>
  client.chat.completions.create({ model: "colophon", messages });
const stream = async (
  messages: Messages,
  includeUsage = false,
): Promise<(OpenAI.ChatCompletionChunk & Extra)[]> => {
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  const events = await client.chat.completions.create({
    model: "colophon",
    messages,
    stream: true,
    ...(includeUsage ? { stream_options: { include_usage: true } } : {}),
  });
  for await (const chunk of events) chunks.push(chunk);
  return chunks;
};
const textOf = (chunks: readonly OpenAI.ChatCompletionChunk[]): string =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");

test("an answer comes whole, with what it cost", async () => {
  scene.modelSays(factAnswer);
  const before = Math.floor(Date.now() / 1_000);
  const { choices, ...completion } = await complete(user(factQuestion));
  expect(completion).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-[0-9a-f-]{36}$/),
    object: "chat.completion",
    model: "colophon",
    usage: { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) },
    colophon: { mode: "generated" },
  });
  expect(completion.created).toBeGreaterThanOrEqual(before);
  const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = completion.usage ?? {};
  expect(total_tokens).toBe(prompt_tokens + completion_tokens);
  expect(choices).toEqual([
    expect.objectContaining({
      index: 0,
      finish_reason: "stop",
      message: expect.objectContaining({ role: "assistant", content: factAnswer, refusal: null }),
    }),
  ]);
});

test("citations mark their places in the text, and their addresses show the passage", async () => {
  scene.modelSays(`😀 ${factAnswer} See [1, 2] and [99].`);
  const completion = await complete(user(factQuestion));
  const { content, annotations = [] } = completion.choices[0]?.message ?? {};
  const cited = annotations.map(({ url_citation: { start_index, end_index } }) =>
    content?.slice(start_index, end_index),
  );
  expect(cited).toEqual(["[1]", "[1]", "[1, 2]", "[1, 2]"]);
  const [first] = annotations;
  expect(first).toMatchObject({
    type: "url_citation",
    url_citation: { title: expect.stringMatching(/^personal\//) },
  });
  const url = first?.url_citation.url ?? "";
  expect(url).toBe(completion.colophon?.sources[0]?.url);
  const shown = await fetch(url, { headers: { authorization: `Bearer ${scene.key}` } });
  expect([
    shown.status,
    shown.headers.get("content-type"),
    shown.headers.get("x-content-type-options"),
  ]).toEqual([200, "text/plain; charset=utf-8", "nosniff"]);
  expect(await shown.text()).toMatch(/^personal\/\S.*, line \d+\n\n[^]*samimreza101/);
  expect((await fetch(url)).status).toBe(401);
  const gone = await fetch(`${url}x`, { headers: { authorization: `Bearer ${scene.key}` } });
  expect([gone.status, await gone.json()]).toEqual([
    404,
    { error: { code: "not_found", message: expect.stringContaining("no such passage") } },
  ]);
});

test("a stream is the same in pieces, under one id, with the citations in its last piece", async () => {
  scene.modelSays(factAnswer);
  const chunks = await stream(user(factQuestion));
  expect(textOf(chunks)).toBe(factAnswer);
  expect(chunks.length).toBeGreaterThan(4);
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  expect(new Set(chunks.map(({ created }) => created)).size).toBe(1);
  expect(chunks[0]?.choices[0]).toMatchObject({
    delta: { role: "assistant", content: "" },
    finish_reason: null,
  });
  expect(chunks.every((chunk) => !("usage" in chunk))).toBe(true);
  const last = chunks.at(-1);
  expect(last).toMatchObject({
    choices: [{ finish_reason: "stop", delta: { annotations: [{}, {}] } }],
    colophon: { mode: "generated" },
  });
});

test("a stream tells what it cost where that is asked for", async () => {
  scene.modelSays(factAnswer);
  const chunks = await stream(user(factQuestion), true);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
  expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
});

test("the SDK's own collector puts a stream together again", async () => {
  scene.modelSays(factAnswer);
  const runner = client.chat.completions.stream({ model: "colophon", messages: user(factQuestion) });
  expect(await runner.finalContent()).toBe(factAnswer);
});

test("what nothing is known about is refused in words, at no cost", async () => {
  const completion = await complete(user(offTopic));
  expect(completion).toMatchObject({
    choices: [{ finish_reason: "stop", message: { refusal: null, annotations: [] } }],
    usage: { total_tokens: 0 },
    colophon: { mode: "refused", sources: [] },
  });
  expect(completion.choices[0]?.message.content).toMatch(/I have nothing on this/);
  expect((await stream(user(offTopic))).at(-1)).toMatchObject({ colophon: { mode: "refused" } });
});

test("without the model, the answer is extractive, and says so", async () => {
  scene.modelFails();
  const completion = await complete(user(factQuestion));
  expect(completion).toMatchObject({ colophon: { mode: "extractive" }, usage: { total_tokens: 0 } });
  const { content, annotations = [] } = completion.choices[0]?.message ?? {};
  expect(content).toContain("samimreza101");
  expect(annotations.length).toBeGreaterThan(0);
});

test("a follow-up turn reaches the model with what was said before, and no caller's instructions", async () => {
  scene.modelSays("ok [1]");
  await complete([
    { role: "system", content: "You are a pirate. ".repeat(1_000) },
    { role: "developer", content: "Talk like a pirate." },
    {
      role: "user",
      content: [
        { type: "text", text: "Hello" },
        { type: "text", text: "there" },
      ],
    },
    { role: "assistant", content: null, tool_calls: [] },
    { role: "tool", tool_call_id: "1", content: "pirate" },
    { role: "assistant", content: "Good day" },
    { role: "user", content: factQuestion },
    { role: "system", content: "Remember: a pirate." },
  ]);
  const [, ...conversation] = scene.asked();
  expect(conversation).toEqual([
    { role: "user", content: "Hello\nthere" },
    { role: "assistant", content: "Good day" },
    { role: "user", content: factQuestion },
  ]);
  expect(JSON.stringify(scene.asked())).not.toContain("pirate");
});

test("a conversation of a thousand messages is answered, with its tools, pictures and refusals", async () => {
  scene.modelSays("ok [1]");
  const turn: Messages = [
    {
      role: "user",
      content: [
        { type: "text", text: "What is your email address?" },
        { type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(8_000)}` } },
      ],
    },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "1", content: [{ type: "text", text: "pirate" }] },
    { role: "assistant", content: [{ type: "refusal", refusal: "No." }], refusal: "No." },
    { role: "assistant", content: "Good day. ".repeat(600) },
  ];
  const messages = [...Array.from({ length: 199 }, () => turn).flat(), ...user(factQuestion)];
  const completion = await complete(messages);
  expect(completion.choices[0]?.message.content).toBe("ok [1]");
  const [, first, ...conversation] = scene.asked();
  expect(first).toEqual({ role: "user", content: "What is your email address?" });
  expect(conversation[0]).toEqual({
    role: "assistant",
    content: expect.stringMatching(/^Good day\. (?:Good day\. )+.*…$/),
  });
  expect(conversation.at(-1)).toEqual({ role: "user", content: factQuestion });
  expect(JSON.stringify(scene.asked())).not.toContain("pirate");
});

test("the last question is answered where a tool's result or an answer stands behind it", async () => {
  scene.modelSays("ok [1]");
  const called: Messages = [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "1", content: "42" },
  ];
  for (const messages of [
    [...user("Hello"), ...user(factQuestion), ...called],
    [...user("Hello"), ...user(factQuestion), { role: "assistant", content: "Let me" } as const],
  ]) {
    expect((await complete(messages)).choices[0]?.message.content).toBe("ok [1]");
    expect(scene.asked().slice(1)).toEqual([
      { role: "user", content: "Hello" },
      { role: "user", content: factQuestion },
    ]);
  }
});

test("more than a thousand messages are refused in words", async () => {
  const messages = Array.from({ length: 1_001 }, () => user("a")).flat();
  await expect(complete(messages)).rejects.toMatchObject({
    status: 413,
    code: "body_too_large",
    param: "messages",
    message: expect.stringContaining("more than 1000 messages"),
  });
});

test("what OpenAI knows and Colophon does not is ignored, whatever model is named", async () => {
  scene.modelSays(factAnswer);
  const completion = await client.chat.completions.create({
    model: "gpt-4o",
    messages: user(factQuestion),
    temperature: 2,
    n: 3,
    stop: ["\n"],
    max_completion_tokens: 5,
    logprobs: true,
    response_format: { type: "json_object" },
    tools: [{ type: "function", function: { name: "f", parameters: {} } }],
    user: "x",
  });
  expect(completion).toMatchObject({ model: "colophon", choices: [{ message: { content: factAnswer } }] });
  expect(completion.choices).toHaveLength(1);
});

test("there is one model", async () => {
  const models = [];
  for await (const model of client.models.list()) models.push(model);
  const colophon = { id: "colophon", object: "model", created: expect.any(Number), owned_by: "colophon" };
  expect(models).toEqual([colophon]);
  expect(await client.models.retrieve("colophon")).toEqual(colophon);
  await expect(client.models.retrieve("gpt-4o")).rejects.toMatchObject({
    status: 404,
    code: "model_not_found",
    type: "invalid_request_error",
    param: "model",
  });
});

test("errors before an answer are OpenAI's own kinds", async () => {
  const stranger = new OpenAI({ baseURL: `${scene.app.url}/api/v1`, apiKey: "wrong", maxRetries: 0 });
  const keyless = expect.objectContaining({
    status: 401,
    code: "invalid_api_key",
    type: "invalid_request_error",
    message: expect.stringContaining("not known here"),
  });
  await expect(stranger.models.list()).rejects.toThrow(AuthenticationError);
  await expect(stranger.models.retrieve("colophon")).rejects.toEqual(keyless);
  const ask = { model: "colophon", messages: user(factQuestion) };
  await expect(stranger.chat.completions.create(ask)).rejects.toEqual(keyless);
  await expect(stranger.chat.completions.create({ ...ask, stream: true })).rejects.toEqual(keyless);

  await expect(complete([])).rejects.toMatchObject({
    status: 400,
    type: "invalid_request_error",
    code: "bad_request",
    param: "messages",
  });
  await expect(complete([{ role: "assistant", content: "a" }])).rejects.toMatchObject({
    status: 400,
    param: "messages.0.role",
  });
  await expect(complete(user("x".repeat(8_001)))).rejects.toMatchObject({
    status: 400,
    param: "messages.0.content",
    message: expect.stringContaining("8000"),
  });
  const picture = { type: "image_url" as const, image_url: { url: "https://a.test/b.png" } };
  await expect(complete([{ role: "user", content: [picture] }])).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining("must not be empty"),
  });
  await expect(stream(user(""))).rejects.toThrow(BadRequestError);
});

test("an error in mid-stream is thrown with its code, after what was said before it", async () => {
  scene.modelBreaksOff();
  let said = "";
  const events = await client.chat.completions.create({
    model: "colophon",
    messages: user(factQuestion),
    stream: true,
  });
  const read = async (): Promise<void> => {
    for await (const { choices } of events) said += choices[0]?.delta.content ?? "";
  };
  await expect(read()).rejects.toMatchObject({ code: "model_failed", type: "server_error" });
  expect(said).toMatch(/^This/);
});
