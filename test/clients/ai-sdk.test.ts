import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { AbstractChat, APICallError, DefaultChatTransport, generateText, streamText } from "ai";
import type { ChatState, ChatStatus, UIMessage } from "ai";
import { describe, expect, test } from "@jest/globals";
import { eventually } from "../support/processes.ts";
import { factAnswer, factQuestion, offTopic, setClientScene } from "../support/client-scene.ts";

const scene = setClientScene();

/** What `useChat` keeps in React's state, kept in an object. */
const createState = (): ChatState<UIMessage> => {
  const state = {
    status: "ready" as ChatStatus,
    error: undefined as Error | undefined,
    messages: [] as UIMessage[],
    pushMessage: (message: UIMessage) => {
      state.messages = [...state.messages, message];
    },
    popMessage: () => {
      state.messages = state.messages.slice(0, -1);
    },
    replaceMessage: (index: number, message: UIMessage) => {
      state.messages = state.messages.with(index, message);
    },
    snapshot: <T>(value: T): T => structuredClone(value),
  };
  return state;
};

/** All of `useChat` but React. */
class Chat extends AbstractChat<UIMessage> {
  constructor(headers: Record<string, string> = { authorization: `Bearer ${scene.key}` }) {
    const api = `${scene.app.url}/api/ai-sdk/chat`;
    super({ state: createState(), transport: new DefaultChatTransport({ api, headers }) });
  }
}

const textOf = (message: UIMessage | undefined): string =>
  (message?.parts ?? []).flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
const partsOf = (message: UIMessage | undefined, type: string): unknown[] =>
  (message?.parts ?? []).filter((part) => part.type === type);

describe("useChat", () => {
  test("shows the answer with its sources, and knows how it was made", async () => {
    scene.modelSays(factAnswer);
    const chat = new Chat();
    await chat.sendMessage({ text: factQuestion });
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    const answer = chat.lastMessage;
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      role: "assistant",
      metadata: { mode: "generated", usage: { promptTokens: expect.any(Number) } },
    });
    expect(textOf(answer)).toBe(factAnswer);
    expect(partsOf(answer, "text")).toEqual([expect.objectContaining({ state: "done" })]);
    expect(partsOf(answer, "source-document")[0]).toEqual({
      type: "source-document",
      sourceId: expect.stringMatching(/^[0-9a-f]{16}/),
      mediaType: "application/json",
      title: expect.stringMatching(/^personal\/identity\.json#/),
      filename: "personal/identity.json",
      providerMetadata: {
        colophon: {
          number: 1,
          namespace: "personal",
          similarity: expect.any(Number),
          score: expect.any(Number),
          text: expect.stringContaining("samimreza101"),
        },
      },
    });
  });

  test("offers the questions that lead on, which are no part of the text", async () => {
    scene.modelSays("It is samimreza101 [1].\n<<What is your email address?>>");
    const chat = new Chat();
    await chat.sendMessage({ text: factQuestion });
    expect(textOf(chat.lastMessage)).toBe("It is samimreza101 [1].");
    expect(partsOf(chat.lastMessage, "data-followups")).toEqual([
      { type: "data-followups", data: ["What is your email address?"] },
    ]);
  });

  test("shows a refusal as an answer without sources", async () => {
    const chat = new Chat();
    await chat.sendMessage({ text: offTopic });
    expect(chat.status).toBe("ready");
    expect(chat.lastMessage?.metadata).toEqual({ mode: "refused", confidence: "nothing" });
    expect(textOf(chat.lastMessage)).toMatch(/I have nothing on this/);
    expect(partsOf(chat.lastMessage, "source-document")).toEqual([]);
  });

  test("learns that the answer is extractive", async () => {
    scene.modelFails();
    const chat = new Chat();
    await chat.sendMessage({ text: factQuestion });
    expect(chat.lastMessage?.metadata).toEqual({ mode: "extractive", confidence: "sure" });
    expect(textOf(chat.lastMessage)).toContain("samimreza101");
  });

  test("sends the conversation along in its next turn, of which system messages and files are no part", async () => {
    scene.modelSays("Good day [1].");
    const chat = new Chat();
    chat.messages = [{ id: "s", role: "system", parts: [{ type: "text", text: "You are a pirate." }] }];
    await chat.sendMessage({
      text: "What is your email address?",
      files: [{ type: "file", mediaType: "image/png", url: "data:image/png;base64,AA==" }],
    });
    await chat.sendMessage({ text: factQuestion });
    const [, ...conversation] = scene.asked();
    expect(conversation).toEqual([
      { role: "user", content: "What is your email address?" },
      { role: "assistant", content: "Good day [1]." },
      { role: "user", content: factQuestion },
    ]);
    expect(JSON.stringify(scene.asked())).not.toContain("pirate");
  });

  test("gets another answer to the same question, even where the old one is sent along", async () => {
    scene.modelSays("The first [1].");
    const chat = new Chat();
    await chat.sendMessage({ text: factQuestion });
    await chat.regenerate();
    expect(chat.messages).toHaveLength(2);
    expect(scene.asked().slice(1)).toEqual([{ role: "user", content: factQuestion }]);

    const whole = { messages: chat.messages, trigger: "regenerate-message" };
    const headers = { authorization: `Bearer ${scene.key}` };
    expect((await scene.app.post("/api/ai-sdk/chat", whole, headers)).status).toBe(200);
    expect(scene.asked().slice(1)).toEqual([{ role: "user", content: factQuestion }]);
  });

  test("goes on for sixty turns, and sends all that it was sent along: sources with their texts, questions, metadata", async () => {
    // about as much as ANSWER_TOKENS lets a model say
    const answer = `${factAnswer} ${"Here is more of it. ".repeat(150).trim()}`;
    scene.modelSays(`${answer}\n<<What is your email address?>>`);
    const chat = new Chat();
    for (let turn = 1; turn <= 60; turn += 1) {
      await chat.sendMessage({ text: factQuestion });
      expect([turn, chat.status, chat.error]).toEqual([turn, "ready", undefined]);
    }
    expect(JSON.stringify(chat.messages).length).toBeGreaterThan(256 * 1024);
    expect(textOf(chat.lastMessage)).toBe(answer);
    // the newest that fits
    expect(scene.asked().slice(1)).toEqual([
      { role: "user", content: factQuestion },
      { role: "assistant", content: expect.stringMatching(/^It is https:.*Here is more of it\..*…$/) },
      { role: "user", content: factQuestion },
    ]);
  });

  test("may send parts of tools, data, files and thoughts along, of which the conversation is no part", async () => {
    scene.modelSays("ok [1]");
    const chat = new Chat();
    chat.messages = [
      { id: "1", role: "user", parts: [{ type: "text", text: "Hello" }] },
      {
        id: "2",
        role: "assistant",
        metadata: { mode: "generated" },
        parts: [
          { type: "step-start" },
          { type: "reasoning", text: "A thought.", state: "done" },
          { type: "source-url", sourceId: "1", url: "https://a.example" },
          { type: "source-document", sourceId: "2", mediaType: "text/plain", title: "a" },
          { type: "file", mediaType: "image/png", url: "data:image/png;base64,AA==" },
          { type: "data-followups", data: ["Why?"] },
          {
            type: "dynamic-tool",
            toolName: "t",
            toolCallId: "c",
            state: "output-available",
            input: { text: "in" },
            output: { type: "text", text: "out" },
          },
          { type: "text", text: "Good day", state: "done" },
        ],
      },
    ];
    await chat.sendMessage({ text: factQuestion });
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(scene.asked().slice(1)).toEqual([
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Good day" },
      { role: "user", content: factQuestion },
    ]);
  });

  test("gets the last question answered where a tool's result or an answer stands behind it", async () => {
    scene.modelSays("ok [1]");
    const parts = (text: string): object[] => [{ type: "text", text }];
    const user = { id: "1", role: "user", parts: parts(factQuestion) };
    const answer = { id: "2", role: "assistant", parts: parts("Let me look.") };
    const tool = { id: "3", role: "tool", content: [{ type: "tool-result", toolCallId: "c", output: 7 }] };
    for (const messages of [
      [user, answer],
      [user, answer, tool],
      [user, answer, null],
    ]) {
      const headers = { authorization: `Bearer ${scene.key}` };
      const response = await scene.app.post("/api/ai-sdk/chat", { messages }, headers);
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("ok [1]")]);
      expect(scene.asked().slice(1)).toEqual([{ role: "user", content: factQuestion }]);
    }
  });

  test("shows the words of an error before the answer, and its code is beside it", async () => {
    const chat = new Chat({ authorization: "Bearer wrong" });
    await chat.sendMessage({ text: factQuestion });
    expect(chat.status).toBe("error");
    expect(chat.error).toBeInstanceOf(APICallError);
    expect(chat.error?.message).toBe("This API key is not known here.");

    const empty = new Chat();
    await empty.sendMessage({ text: " " });
    expect(empty.error?.message).toBe("messages.0.content: must not be empty");

    const response = await scene.app.post("/api/ai-sdk/chat", {});
    expect([
      response.status,
      response.headers.get("content-type"),
      response.headers.get("x-error-code"),
    ]).toEqual([401, "text/plain; charset=utf-8", "unauthorized"]);
  });

  test("shows the words of an error in mid-stream, and keeps what was said", async () => {
    scene.modelBreaksOff();
    const chat = new Chat();
    await chat.sendMessage({ text: factQuestion });
    expect(chat.status).toBe("error");
    expect(chat.error?.message).toBe("The answer broke off. Please try again.");
    expect(textOf(chat.lastMessage)).toMatch(/^This/);
  });

  test("finds nothing to resume", async () => {
    const chat = new Chat();
    await chat.resumeStream();
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
  });

  test("may stop in the middle", async () => {
    scene.modelSays("word ".repeat(100), 20);
    const chat = new Chat();
    const sent = chat.sendMessage({ text: factQuestion });
    expect(await eventually(() => textOf(chat.lastMessage).startsWith("word word"))).toBe(true);
    await chat.stop();
    await sent;
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(textOf(chat.lastMessage).length).toBeLessThan(500);
  });
});

describe("@ai-sdk/openai-compatible", () => {
  const model = (apiKey = scene.key) =>
    createOpenAICompatible({
      name: "colophon",
      baseURL: `${scene.app.url}/api/v1`,
      apiKey,
      includeUsage: true,
    })("colophon");

  test("generates an answer", async () => {
    scene.modelSays(factAnswer);
    const { text, finishReason, usage } = await generateText({ model: model(), prompt: factQuestion });
    expect([text, finishReason]).toEqual([factAnswer, "stop"]);
    expect(usage.totalTokens).toBeGreaterThan(0);
  });

  test("streams an answer", async () => {
    scene.modelSays(factAnswer);
    const { textStream, finishReason, usage } = streamText({ model: model(), prompt: factQuestion });
    const pieces: string[] = [];
    for await (const piece of textStream) pieces.push(piece);
    expect(pieces.join("")).toBe(factAnswer);
    expect(pieces.length).toBeGreaterThan(2);
    expect(await finishReason).toBe("stop");
    expect((await usage).totalTokens).toBeGreaterThan(0);
  });

  test("reads citations, mode and sources in the body that it keeps", async () => {
    scene.modelFails();
    const { response } = await generateText({
      model: model(),
      prompt: factQuestion,
      include: { responseBody: true },
    });
    expect(response.body).toMatchObject({
      choices: [
        {
          message: {
            annotations: expect.arrayContaining([expect.objectContaining({ type: "url_citation" })]),
          },
        },
      ],
      colophon: { mode: "extractive", sources: expect.any(Array) },
    });
  });

  test("reads a refusal", async () => {
    const { text, finishReason } = await generateText({ model: model(), prompt: offTopic });
    expect([text, finishReason]).toEqual([expect.stringMatching(/I have nothing on this/), "stop"]);
  });

  test("takes the conversation along", async () => {
    scene.modelSays("ok [1]");
    await generateText({
      model: model(),
      instructions: "You are a pirate.",
      messages: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Good day" },
        { role: "user", content: [{ type: "text", text: factQuestion }] },
      ],
    });
    expect(scene.asked().slice(1)).toEqual([
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Good day" },
      { role: "user", content: factQuestion },
    ]);
    expect(JSON.stringify(scene.asked())).not.toContain("pirate");
  });

  test("throws the words of an error before the answer, and hands on the one in mid-stream", async () => {
    await expect(generateText({ model: model("wrong"), prompt: factQuestion })).rejects.toMatchObject({
      statusCode: 401,
      message: "This API key is not known here.",
    });
    scene.modelBreaksOff();
    const errors: unknown[] = [];
    const { fullStream } = streamText({
      model: model(),
      prompt: factQuestion,
      onError: ({ error }) => void errors.push(error),
    });
    let said = "";
    for await (const part of fullStream) if (part.type === "text-delta") said += part.text;
    expect(said).toMatch(/^This/);
    expect(JSON.stringify(errors)).toContain("broke off");
  });
});
