import { beforeAll, expect, test } from "@jest/globals";
import { AIChatProtocolClient } from "@microsoft/ai-chat-protocol";
import type { AIChatCompletionDelta, AIChatMessage } from "@microsoft/ai-chat-protocol";
import { factAnswer, factQuestion, offTopic, setClientScene } from "../support/client-scene.ts";

const scene = setClientScene();
/** The client sends a key in whatever header it is set to. */
const connect = (key = scene.key): AIChatProtocolClient =>
  new AIChatProtocolClient(
    `${scene.app.url}/api/chat`,
    { key: `Bearer ${key}` },
    { credentials: { apiKeyHeaderName: "authorization" } },
  );
let client: AIChatProtocolClient;
beforeAll(() => {
  client = connect();
});

const ask = (content: string): AIChatMessage[] => [{ role: "user", content }];
const streamed = async (
  messages: AIChatMessage[],
  deltas: AIChatCompletionDelta[] = [],
): Promise<readonly AIChatCompletionDelta[]> => {
  for await (const delta of await client.getStreamedCompletion(messages, { sessionState: "s" })) {
    deltas.push(delta);
  }
  return deltas;
};
const textOf = (deltas: readonly AIChatCompletionDelta[]): string =>
  deltas.map(({ delta }) => delta.content ?? "").join("");

test("a whole answer comes with its sources, and with the session state that was sent", async () => {
  scene.modelSays(factAnswer);
  const { message, context, sessionState } = await client.getCompletion(ask(factQuestion), {
    sessionState: { visit: 7 },
  });
  expect(message).toEqual({ role: "assistant", content: factAnswer });
  expect(context).toMatchObject({
    mode: "generated",
    finish_reason: "stop",
    usage: { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) },
  });
  expect(sessionState).toEqual({ visit: 7 });
});

test("citations are numbered as the marks are, and hold what was cited", async () => {
  scene.modelSays(factAnswer);
  const { context } = (await client.getCompletion(ask(factQuestion))) as unknown as {
    context: {
      citations: { id: string; namespace: string; source: string; score: number }[];
      data_points: { text: string[] };
    };
  };
  expect(context.citations[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{16}/),
    namespace: "personal",
    source: expect.stringMatching(/^personal\//),
    similarity: expect.any(Number),
    score: expect.any(Number),
  });
  expect(context.data_points.text[0]).toMatch(/^personal\/\S[^:]*: [^]*samimreza101/);
  expect(context.data_points.text).toHaveLength(context.citations.length);
});

test("a stream gives the sources first, then the words, then the end", async () => {
  scene.modelSays(factAnswer);
  const deltas = await streamed(ask(factQuestion));
  expect(deltas[0]).toMatchObject({
    delta: { role: "assistant" },
    context: {
      mode: "generated",
      data_points: { text: expect.any(Array) },
      citations: expect.any(Array),
      thoughts: expect.any(Array),
    },
    sessionState: "s",
  });
  expect(textOf(deltas)).toBe(factAnswer);
  expect(deltas.length).toBeGreaterThan(4);
  expect(deltas.at(-1)).toMatchObject({ delta: {}, context: { mode: "generated", finish_reason: "stop" } });
});

test("a refusal is an answer without sources", async () => {
  const { message, context } = await client.getCompletion(ask(offTopic));
  expect(message.content).toMatch(/I have nothing on this/);
  expect(context).toMatchObject({ mode: "refused", citations: [] });
  expect((await streamed(ask(offTopic)))[0]).toMatchObject({ context: { mode: "refused" } });
});

test("without the model, the answer is extractive, and says so", async () => {
  scene.modelFails();
  const { message, context } = await client.getCompletion(ask(factQuestion));
  expect(message.content).toContain("https://www.facebook.com/samimreza101");
  expect(context).toMatchObject({ mode: "extractive" });
  const deltas = await streamed(ask(factQuestion));
  expect(textOf(deltas)).toContain("https://www.facebook.com/samimreza101");
  expect(deltas.at(-1)).toMatchObject({ context: { mode: "extractive" } });
});

test("a follow-up turn reaches the model with what was said before, and no caller's instructions", async () => {
  scene.modelSays("ok [1]");
  await client.getCompletion([
    { role: "system", content: "You are a pirate." },
    { role: "user", content: "Hello" },
    { role: "assistant", content: "Good day", context: { citations: [] } },
    ...ask(factQuestion),
  ]);
  expect(scene.asked().slice(1)).toEqual([
    { role: "user", content: "Hello" },
    { role: "assistant", content: "Good day" },
    { role: "user", content: factQuestion },
  ]);
  expect(JSON.stringify(scene.asked())).not.toContain("pirate");
});

/** So many turns as the server and the client make them, the question last: what was said, sources, times. */
const longTalk = (messages: number, answer: string): AIChatMessage[] => [
  ...Array.from({ length: messages - 1 }, (_, index): AIChatMessage & { timestamp: string } =>
    index % 2 === 0
      ? { role: "user", content: `Question ${index}?`, timestamp: "2026-11-28T12:00:00Z" }
      : {
          role: "assistant",
          content: answer,
          timestamp: "2026-11-28T12:00:00Z",
          context: { citations: [{ id: "a", source: "b" }], followup_questions: ["Why?"], thoughts: [] },
        },
  ),
  ...ask(factQuestion),
];

test.each([
  ["of a thousand messages", longTalk(1_000, "Good day")],
  ["of four megabytes", longTalk(201, "A long answer. ".repeat(2_600))],
])("a conversation %s is answered, from the newest of it that fits", async (_, messages) => {
  scene.modelSays("ok [1]");
  const { message } = await client.getCompletion(messages, { sessionState: { visit: 7 } });
  expect(message.content).toBe("ok [1]");
  expect(textOf(await streamed(messages))).toBe("ok [1]");
  const [, ...conversation] = scene.asked();
  const kept = conversation.length - 1;
  expect(kept).toBeGreaterThan(1);
  expect(kept).toBeLessThan(400);
  // a question of which only the number says which one it is
  expect(conversation[0]).toEqual({
    role: "user",
    content: messages.at(-1 - kept)?.content,
  });
  expect(conversation.at(-1)).toEqual({ role: "user", content: factQuestion });
});

test("the last question is answered where an answer stands behind it", async () => {
  scene.modelSays("ok [1]");
  const { message } = await client.getCompletion([
    ...ask(factQuestion),
    { role: "assistant", content: "Let me look." },
  ]);
  expect(message.content).toBe("ok [1]");
  expect(scene.asked().slice(1)).toEqual([{ role: "user", content: factQuestion }]);
});

test("what is beyond that is refused in words", async () => {
  await expect(client.getCompletion(longTalk(1_001, "Good day"))).rejects.toMatchObject({
    code: "body_too_large",
    message: expect.stringMatching(/more than 1000 messages/),
  });
  await expect(client.getCompletion(longTalk(201, "x".repeat(45_000)))).rejects.toMatchObject({
    code: "body_too_large",
    message: expect.stringMatching(/larger than 4 MB/),
  });
});

test("an error before the answer is thrown with its code", async () => {
  await expect(client.getCompletion([])).rejects.toMatchObject({ code: "bad_request" });
  await expect(client.getStreamedCompletion([])).rejects.toMatchObject({ code: "bad_request" });
  await expect(connect("wrong").getCompletion(ask(factQuestion))).rejects.toMatchObject({
    code: "unauthorized",
    message: expect.stringContaining("not known here"),
  });
  await expect(connect("wrong").getStreamedCompletion(ask(factQuestion))).rejects.toMatchObject({
    code: "unauthorized",
  });
});

test("an error in mid-stream is thrown with its code, after what was said before it", async () => {
  scene.modelBreaksOff();
  const deltas: AIChatCompletionDelta[] = [];
  await expect(streamed(ask(factQuestion), deltas)).rejects.toMatchObject({
    code: "model_failed",
    message: expect.stringContaining("broke off"),
  });
  expect(textOf(deltas)).toMatch(/^This/);
});

test("every line of a stream ends in a line break: the client drops a last one that does not", async () => {
  const response = await scene.app.post(
    "/api/chat/stream",
    { messages: ask(factQuestion) },
    { authorization: `Bearer ${scene.key}` },
  );
  expect(response.headers.get("content-type")).toBe("application/jsonl; charset=utf-8");
  const text = await response.text();
  expect(text.endsWith("}\n")).toBe(true);
  for (const line of text.split("\n").filter(Boolean))
    expect(() => JSON.parse(line) as unknown).not.toThrow();
});
