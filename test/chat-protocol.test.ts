import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { AIChatProtocolClient } from "@microsoft/ai-chat-protocol";
import type { AIChatCompletionDelta } from "@microsoft/ai-chat-protocol";
import { repository } from "./support/run-node.ts";
import { ingest, startApp } from "./support/running-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
let client: AIChatProtocolClient;
let url: string;

beforeAll(async () => {
  await ingest(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  ({ url } = await startApp({ DATA_DIR }));
  client = new AIChatProtocolClient(`${url}/api/chat`);
});

const ask = (content: string) => [{ role: "user" as const, content }];

test("Microsoft's client reads a whole answer", async () => {
  const { message, context, sessionState } = await client.getCompletion(ask("give me your facebook id"), {
    sessionState: { visit: 7 },
  });
  expect(message.role).toBe("assistant");
  expect(message.content).toContain("https://www.facebook.com/samimreza101");
  expect(context).toMatchObject({ mode: "extractive", citations: expect.any(Array) });
  expect(sessionState).toEqual({ visit: 7 });
});

test("Microsoft's client reads a stream: sources first, then the words, then the end", async () => {
  const deltas: AIChatCompletionDelta[] = [];
  const stream = await client.getStreamedCompletion(ask("give me your facebook id"), { sessionState: "s" });
  for await (const delta of stream) deltas.push(delta);

  expect(deltas[0]).toMatchObject({
    delta: { role: "assistant" },
    context: {
      mode: "extractive",
      data_points: { text: expect.any(Array) },
      citations: expect.any(Array),
      thoughts: expect.any(Array),
    },
    sessionState: "s",
  });
  const text = deltas.map(({ delta }) => delta.content ?? "").join("");
  expect(text).toContain("https://www.facebook.com/samimreza101");
  expect(deltas.at(-1)).toMatchObject({ delta: {}, context: { mode: "extractive", finish_reason: "stop" } });
});

test("Microsoft's client throws the error it is given, with its code", async () => {
  await expect(client.getCompletion([])).rejects.toMatchObject({ code: "bad_request" });
  await expect(client.getStreamedCompletion([])).rejects.toMatchObject({ code: "bad_request" });
});

test("every line of a stream ends in a line break: the client drops a last one that does not", async () => {
  const response = await fetch(`${url}/api/chat/stream`, {
    method: "POST",
    body: JSON.stringify({ messages: ask("give me your facebook id") }),
  });
  expect(response.headers.get("content-type")).toBe("application/jsonl; charset=utf-8");
  const text = await response.text();
  expect(text.endsWith("}\n")).toBe(true);
  for (const line of text.split("\n").filter(Boolean))
    expect(() => JSON.parse(line) as unknown).not.toThrow();
});
