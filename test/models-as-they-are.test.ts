import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startLoopbackServer } from "./support/loopback-server.ts";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import type { ChatAnswer } from "./support/asked-app.ts";
import { openApp } from "./support/in-process-app.ts";
import type { InProcessApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/* What servers other than OpenAI's own send, and what becomes of it. */

const DATA_DIR = temporaryFolder();
const question = "give me your facebook id";

beforeAll(async () => {
  await ingestedOnce(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
});

interface ModelRequest {
  readonly stream?: boolean;
  readonly max_completion_tokens?: number;
  readonly max_tokens?: number;
  readonly stream_options?: object;
}

type Answer = (response: ServerResponse, asked: ModelRequest) => void;

interface Scene {
  readonly app: InProcessApp;
  /** The bodies of all requests to the model since the test began. */
  readonly asked: ModelRequest[];
  answer: Answer;
}

const startScene = async (settings: Record<string, string> = {}): Promise<Scene> => {
  const asked: ModelRequest[] = [];
  const url = await startLoopbackServer((_, response, body) => {
    const request = JSON.parse(body) as ModelRequest;
    asked.push(request);
    scene.answer(response, request);
  });
  const model = { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: "sk-own", OPENAI_MODEL: "m" };
  const app = openApp({ DATA_DIR, ...model, ...settings });
  const scene: Scene = { app, asked, answer: (response) => response.writeHead(500).end() };
  return scene;
};

/** A stream of these chunks; what follows the last one is the caller's. */
const begin = (response: ServerResponse, chunks: readonly unknown[]): void => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
};

const stream =
  (...chunks: readonly unknown[]): Answer =>
  (response) => {
    begin(response, chunks);
    response.end("data: [DONE]\n\n");
  };

const delta = (content: unknown, finish_reason: string | null = null): object => ({
  choices: [{ index: 0, delta: { content }, finish_reason }],
});
const end = delta("", "stop");

/** The text in chunks of this many characters, and a regular end. */
const inPieces = (text: string, size: number, finish = end): Answer =>
  stream(
    ...Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      delta(text.slice(at * size, (at + 1) * size)),
    ),
    finish,
  );

interface Line {
  readonly delta?: { readonly content?: string };
  readonly context?: {
    readonly mode?: string;
    readonly finish_reason?: string;
    readonly followup_questions?: readonly string[];
    readonly thoughts?: readonly {
      readonly title: string;
      readonly props: { readonly durationMs: number };
    }[];
  };
  readonly error?: { readonly code: string };
}

const streamed = async ({ app }: Scene): Promise<readonly Line[]> => {
  const response = await app.post("/api/chat/stream", { messages: [{ role: "user", content: question }] });
  return (await response.text())
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
};
const wordsOf = (lines: readonly Line[]): string =>
  lines.map(({ delta: part }) => part?.content ?? "").join("");

const followUp = async ({ app }: Scene): Promise<ChatAnswer> => {
  const messages = [
    { role: "user", content: "Who are you?" },
    { role: "assistant", content: "A student." },
    { role: "user", content: "And your facebook id?" },
  ];
  const response = await app.post("/api/chat", { messages });
  return { status: response.status, ...((await response.json()) as object) };
};

const logOf = ({ app }: Scene): string => app.out.join("\n");

describe("a chunk is read as what it is", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });

  const words = delta("It is samimreza101 [1].");
  const usage = { prompt_tokens: 30, completion_tokens: 7 };
  const findings = { hate: { filtered: false, severity: "safe" } };

  test.each<readonly [string, readonly unknown[]]>([
    [
      "no delta, as Azure's asynchronous filter sends them",
      [
        {
          choices: [
            {
              index: 0,
              finish_reason: null,
              content_filter_results: findings,
              content_filter_offsets: { check_offset: 44 },
            },
          ],
        },
        words,
        end,
      ],
    ],
    ["no choices", [{}, words, { choices: null, usage: null }, { choices: [] }, end, { usage }]],
    ["usage beside choices: null", [words, end, { choices: null, usage }]],
    [
      "usage that is half there",
      [words, end, { choices: [], usage: { prompt_tokens: 30, completion_tokens: null } }],
    ],
    ["delta: null", [{ choices: [{ index: 0, delta: null }] }, words, end]],
    ["a choice that is null", [{ choices: [null] }, words, end]],
    ["null in place of a chunk", [null, words, "x", 7, [], end]],
    ["no finish_reason", [words]],
    ["an empty finish_reason", [delta("It is samimreza101 [1].", "")]],
    ["a finish_reason of its own", [words, delta("", "eos_token")]],
    ["no index", [{ choices: [{ delta: { content: "It is samimreza101 [1]." } }] }, end]],
    [
      "several choices",
      [
        {
          choices: [
            { index: 1, delta: { content: "Another." } },
            { index: 0, delta: { content: "It is " } },
          ],
        },
        delta("samimreza101 [1]."),
        { choices: [{ index: 1, delta: {}, finish_reason: "stop" }] },
        end,
      ],
    ],
    [
      "content in parts",
      [
        delta([{ type: "thinking", thinking: [{ type: "text", text: "Secret rules." }] }]),
        delta([{ type: "text", text: "It is samimreza101 [1]." }]),
        end,
      ],
    ],
    ["content that is no text", [delta(null), delta(7), delta({}), words, end]],
    [
      "a content filter's findings that are no object",
      [
        {
          choices: [
            {
              index: 0,
              delta: { content: "It is samimreza101 [1]." },
              finish_reason: "stop",
              content_filter_results: null,
            },
          ],
        },
      ],
    ],
  ])("%s", async (_, chunks) => {
    scene.answer = stream(...chunks);
    expect(await scene.app.ask(question)).toMatchObject({
      status: 200,
      message: { content: "It is samimreza101 [1]." },
      context: { mode: "generated", finish_reason: "stop" },
    });
    const lines = await streamed(scene);
    expect(wordsOf(lines)).toBe("It is samimreza101 [1].");
    expect(lines.at(-1)).toMatchObject({ context: { finish_reason: "stop" } });
    expect(logOf(scene)).not.toMatch(/TypeError|model failed/);
  });

  test("a stream that the server closes without [DONE] and without a reason is whole", async () => {
    scene.answer = (response) => {
      begin(response, [words]);
      response.end();
    };
    const lines = await streamed(scene);
    expect(wordsOf(lines)).toBe("It is samimreza101 [1].");
    expect(lines.at(-1)).toMatchObject({ context: { finish_reason: "stop" } });
  });

  test("a last event without an empty line after it is read", async () => {
    scene.answer = (response) => {
      begin(response, [delta("It is ")]);
      response.end(`data: ${JSON.stringify(delta("samimreza101 [1].", "stop"))}`);
    };
    expect(wordsOf(await streamed(scene))).toBe("It is samimreza101 [1].");
  });

  test("a server that knows no streams is read as well", async () => {
    const message = { role: "assistant", content: "It is samimreza101 [1].", reasoning_content: "Hm." };
    scene.answer = (response) =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "stop" }], usage }));
    expect(await scene.app.ask(question)).toMatchObject({
      message: { content: "It is samimreza101 [1]." },
      context: { mode: "generated", usage },
    });
  });

  test.each<readonly [string, Answer]>([
    [
      "the connection breaks",
      (response) => {
        begin(response, [words]);
        setTimeout(() => response.destroy(), 50);
      },
    ],
    [
      "it ends within an event",
      (response) => {
        begin(response, [words]);
        response.end('data: {"choices":[{"ind');
      },
    ],
    [
      "nothing says where it ends",
      (response) => {
        const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        response.socket?.end(`${head}data: ${JSON.stringify(words)}\n\n`);
      },
    ],
    [
      "the server says so",
      (response) => {
        begin(response, [words, { error: { message: "out of memory", type: "server_error" } }]);
        response.end();
      },
    ],
  ])("a stream is cut off when %s", async (_, answer) => {
    scene.answer = answer;
    const lines = await streamed(scene);
    expect(lines.at(-1)).toMatchObject({ error: { code: "model_failed" } });
    expect(await scene.app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
  });

  test.each<readonly [string, object]>([
    ["no finish_reason", { choices: [{ message: { content: "What is your facebook id?" } }] }],
    [
      "content in parts",
      {
        choices: [
          {
            index: 0,
            message: { content: [{ type: "text", text: "What is your facebook id?" }] },
            finish_reason: "stop",
          },
        ],
        usage: null,
      },
    ],
    [
      "a thought",
      {
        choices: [
          {
            index: 0,
            message: { content: "<think>\nWho?\n</think>\n\nWhat is your facebook id?" },
            finish_reason: "stop",
          },
        ],
      },
    ],
    [
      "the end of a thought",
      {
        choices: [
          {
            index: 0,
            message: { content: "Who?\n</think>\n\nWhat is your facebook id?" },
            finish_reason: "stop",
          },
        ],
      },
    ],
  ])("a rewritten question with %s is read", async (_, reply) => {
    const own = await startScene({ LOG_CONTENT: "true" });
    own.answer = (response, { stream: isStream }) => {
      if (isStream) stream(words, end)(response, {});
      else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(reply));
    };
    expect(await followUp(own)).toMatchObject({ message: { content: "It is samimreza101 [1]." } });
    expect(own.app.out).toContain("[DEBUG] STAND-ALONE QUESTION: What is your facebook id?");
  });

  test.each<readonly [string, unknown]>([
    ["no choices", {}],
    ["choices: null", { choices: null }],
    ["no message", { choices: [{ index: 0 }] }],
    ["nothing but a thought", { choices: [{ message: { content: "<think>Who?" }, finish_reason: "stop" }] }],
    ["null", null],
  ])("a rewritten question with %s is none, and the rule takes over", async (_, reply) => {
    scene.answer = (response, { stream: isStream }) => {
      if (isStream) stream(words, end)(response, {});
      else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(reply));
    };
    const before = scene.app.out.length;
    const answer = await followUp(scene);
    expect(answer).toMatchObject({ status: 200, message: { content: "It is samimreza101 [1]." } });
    expect(answer.context?.thoughts[0]).toMatchObject({ title: "rewrite", props: { failed: true } });
    expect(scene.app.out.slice(before).join("\n")).not.toContain("TypeError");
  });
});

describe("an answer has a limit", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ ANSWER_TOKENS: "100" });
  });

  /** Writes for ever, or to the end of 20 MB; gives whether it was stopped before. */
  const flood = (
    first: string,
    piece: string,
    headers = { "content-type": "text/event-stream" },
  ): Promise<boolean> =>
    new Promise((resolve) => {
      scene.answer = (response) => {
        response.writeHead(200, headers);
        response.write(first);
        let left = 20_000_000;
        const write = (): void => {
          while (left > 0) {
            left -= piece.length;
            if (!response.write(piece)) return void response.once("drain", write);
          }
          response.end();
        };
        response.on("close", () => resolve(left > 0));
        write();
      };
    });

  const chunk = (content: string): string => `data: ${JSON.stringify(delta(content))}\n\n`;

  test.each([
    ["words", "It is samimreza101 [1]. "],
    ["characters of several bytes", "它是🙂"],
    ["one word", "a".repeat(10_000)],
  ])("endless %s are ended as cut off, and the server is stopped", async (_, piece) => {
    const stopped = flood("", chunk(piece));
    const lines = await streamed(scene);
    const text = wordsOf(lines);
    expect(text.length).toBeGreaterThan(100 * 4);
    expect(text.length).toBeLessThanOrEqual(100 * 12);
    expect(text.isWellFormed()).toBe(true);
    expect(lines.at(-1)).toMatchObject({ context: { mode: "generated", finish_reason: "length" } });
    expect(await stopped).toBe(true);
  });

  test("without a stream it is the same", async () => {
    const stopped = flood("", chunk("It is samimreza101 [1]. "));
    expect(await scene.app.ask(question)).toMatchObject({
      status: 200,
      context: { mode: "generated", finish_reason: "length" },
    });
    expect(await stopped).toBe(true);
  });

  test.each([
    ["thoughts", "", chunk("<think>The rules say so. ")],
    [
      "thoughts set apart",
      "",
      `data: ${JSON.stringify({ choices: [{ delta: { reasoning_content: "Rules. ".repeat(50) } }] })}\n\n`,
    ],
    ["blanks", "", chunk("\n".repeat(1_000))],
    ["a line without an end", 'data: {"choices":[{"delta":{"content":"', "a".repeat(10_000)],
    ["an event without an end", "", `data: ${"a".repeat(1_000)}\n`],
    ["a document", '{"choices":[{"message":{"content":"', "a".repeat(10_000)],
  ])("endless %s give way to the sources, and the server is stopped", async (_, first, piece) => {
    const stopped = flood(first, piece);
    const lines = await streamed(scene);
    expect(lines[0]).toMatchObject({ context: { mode: "extractive" } });
    expect(wordsOf(lines)).toContain("samimreza101");
    expect(await stopped).toBe(true);
  });

  test("an endless rewritten question gives way to the rule", async () => {
    const words = stream(delta("It is samimreza101 [1].", "stop"));
    const stopped = flood('{"choices":[{"message":{"content":"', "a".repeat(10_000), {
      "content-type": "application/json",
    });
    const endless = scene.answer;
    scene.answer = (response, asked) => (asked.stream ? words : endless)(response, asked);
    const answer = await followUp(scene);
    expect(answer.context?.thoughts[0]).toMatchObject({ title: "rewrite", props: { failed: true } });
    expect(await stopped).toBe(true);
  });

  test("of a failure without an end only the beginning is read", async () => {
    scene.answer = (response) => {
      response.writeHead(404);
      const write = (): void => {
        while (response.write("no such model ".repeat(1_000)));
        response.once("drain", write);
      };
      write();
    };
    expect(await scene.app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
    expect(logOf(scene)).toMatch(/answered 404.*It said: "no such model .*…"$/m);
  });
});

describe("what a model thinks is not shown", () => {
  const secret = "The rules say that I answer visitors. Let me see [2]. <<What are my rules?>>";
  const answer = "It is samimreza101 [1].";

  test.each<readonly [string, string, string]>([
    ["at the beginning", `<think>\n${secret}\n</think>\n\n${answer}`, answer],
    ["in another spelling", `<thinking>${secret}</thinking>${answer}`, answer],
    ["in large letters", `<THOUGHT>${secret}</THOUGHT> ${answer}`, answer],
    ["as reasoning", `<reasoning>${secret}</reasoning>\n${answer}`, answer],
    ["amid the text", `It is <think>${secret}</think> samimreza101 [1].`, answer],
    ["twice", `<think>${secret}</think>It is <think>${secret}</think>samimreza101 [1].`, answer],
    ["empty", `<think>\n\n</think>\n\n${answer}`, answer],
    ["never closed", `${answer}\n\n<think>${secret}`, answer],
  ])("%s", async (_, text, shown) => {
    const scene = await startScene();
    for (const size of [1, 3, 1_000]) {
      scene.answer = inPieces(text, size);
      const lines = await streamed(scene);
      expect(wordsOf(lines)).toBe(shown);
      expect(lines.at(-1)).toMatchObject({ context: { mode: "generated", followup_questions: [] } });
      expect((await scene.app.ask(question)).message?.content).toBe(shown);
    }
  });

  test("but what is code stays as it was written", async () => {
    const scene = await startScene();
    const text =
      "Models write `<think>` first:\n\n```xml\n<think>\nHm.\n</think>\n```\n\nThat is `</think>` at the end.";
    for (const size of [1, 7, 1_000]) {
      scene.answer = inPieces(text, size);
      expect(wordsOf(await streamed(scene))).toBe(text);
    }
  });

  test("first words are those of the answer", async () => {
    const scene = await startScene();
    scene.answer = (response) => {
      begin(response, [delta(`<think>${secret}`)]);
      setTimeout(() => {
        for (const chunk of [delta(`</think>${answer}`), end])
          response.write(`data: ${JSON.stringify(chunk)}\n\n`);
        response.end("data: [DONE]\n\n");
      }, 700);
    };
    const { thoughts = [] } = (await streamed(scene))[0]?.context ?? {};
    const firstWords = thoughts.find(({ title }) => title === "first words");
    expect(firstWords?.props.durationMs).toBeGreaterThanOrEqual(600);
  });

  test.each<readonly [string, Answer, RegExp]>([
    ["never closed", inPieces(`<think>${secret}`, 5), /said nothing but its thoughts\./],
    ["closed", inPieces(`<think>${secret}</think>\n`, 5), /said nothing but its thoughts\./],
    [
      "cut off",
      inPieces(`<think>${secret}`, 5, delta("", "length")),
      /said nothing but its thoughts: ANSWER_TOKENS/,
    ],
    [
      "set apart",
      stream(
        { choices: [{ delta: { reasoning_content: secret } }] },
        { choices: [{ delta: { reasoning: secret } }] },
        end,
      ),
      /said nothing but its thoughts\./,
    ],
  ])(
    "an answer that is nothing but a thought, %s, becomes that of the sources",
    async (_, thought, logged) => {
      const scene = await startScene();
      scene.answer = thought;
      const lines = await streamed(scene);
      expect(lines[0]).toMatchObject({ context: { mode: "extractive" } });
      expect(wordsOf(lines)).toContain("samimreza101");
      expect(scene.app.out).toContainEqual(
        expect.stringMatching(/^\[ERROR\] model failed, answering from the sources alone/),
      );
      expect(logOf(scene)).toMatch(logged);
      expect(logOf(scene)).not.toContain("rules say");
    },
  );

  describe("where the template opens it in the prompt", () => {
    const opened = `${secret}\n</think>\n\n${answer}`;

    test("it is cut from an answer that is not streamed, from the first one on", async () => {
      const scene = await startScene();
      scene.answer = inPieces(opened, 4);
      for (const _ of [1, 2]) expect((await scene.app.ask(question)).message?.content).toBe(answer);
    });

    test("a stream shows it once, apart from the answer; from then on it is held back", async () => {
      const scene = await startScene();
      scene.answer = inPieces(opened, 4);
      const first = wordsOf(await streamed(scene));
      expect(first).toContain(`\n\n${answer}`);
      expect(first).not.toContain("think>");
      for (const _ of [1, 2]) expect(wordsOf(await streamed(scene))).toBe(answer);
    });

    test("an answer without a thought is shown all the same, and the next is streamed again", async () => {
      const scene = await startScene();
      scene.answer = inPieces(opened, 4);
      await scene.app.ask(question);
      scene.answer = inPieces(answer, 4);
      expect(wordsOf(await streamed(scene))).toBe(answer);
      const next = await streamed(scene);
      expect(next.filter(({ delta: part }) => part?.content).length).toBeGreaterThan(3);
    });

    test("one that is cut off before its thought ends becomes that of the sources", async () => {
      const scene = await startScene();
      scene.answer = inPieces(opened, 4);
      await scene.app.ask(question);
      scene.answer = inPieces(secret, 4, delta("", "length"));
      expect((await streamed(scene))[0]).toMatchObject({ context: { mode: "extractive" } });
      expect(logOf(scene)).toMatch(/said nothing but its thoughts: ANSWER_TOKENS/);
    });

    test("a rewritten question tells of it before the first answer", async () => {
      const scene = await startScene();
      scene.answer = (response, asked) => {
        if (asked.stream) return inPieces(opened, 4)(response, asked);
        const message = { content: `${secret}\n</think>\nWhat is your facebook id?` };
        response.end(JSON.stringify({ choices: [{ message, finish_reason: "stop" }] }));
      };
      await followUp(scene);
      expect(wordsOf(await streamed(scene))).toBe(answer);
    });
  });
});

describe("a parameter that a server refuses is left out", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });

  const answered = stream(delta("It is samimreza101 [1].", "stop"));
  const rewritten = JSON.stringify({
    choices: [{ message: { content: "What is your facebook id?" }, finish_reason: "stop" }],
  });

  /** Refuses in this way what has one of the parameters, and answers all else. */
  const refusing =
    (status: number, words: (parameter: string) => unknown, ...parameters: (keyof ModelRequest)[]): Answer =>
    (response, asked) => {
      const refused = parameters.find((parameter) => asked[parameter] !== undefined);
      if (refused) {
        const body = words(refused);
        response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
      } else if (asked.stream) answered(response, asked);
      else response.end(rewritten);
    };

  const openAi = (param: string): object => ({
    error: {
      message: `Unsupported parameter: '${param}' is not supported with this model.`,
      type: "invalid_request_error",
      param,
      code: "unsupported_parameter",
    },
  });
  const pydantic = (parameter: string): object => ({
    detail: [
      {
        type: "extra_forbidden",
        loc: ["body", parameter],
        msg: "Extra inputs are not permitted",
        input: 800,
      },
    ],
  });
  const mistral = (parameter: string): object => ({
    object: "error",
    message: pydantic(parameter),
    type: "invalid_request_error",
  });
  const serde = (parameter: string): string =>
    `Failed to deserialize the JSON body into the target type: unknown field \`${parameter}\`, expected one of \`model\`, \`max_tokens\`, \`stream_options\` at line 1 column 9`;
  const go = (parameter: string): object => ({ error: `json: unknown field "${parameter}"` });
  const mute = (): string => "Bad Request";

  test.each<readonly [string, number, (parameter: string) => unknown, RegExp]>([
    ["OpenAI", 400, openAi, /is not supported with this model/],
    ["vLLM and FastAPI", 422, pydantic, /Extra inputs are not permitted/],
    ["Mistral", 422, mistral, /Extra inputs are not permitted/],
    ["TGI", 422, serde, /unknown field/],
    ["Go", 400, go, /json: unknown field/],
    ["one that does not say which", 400, mute, /Bad Request/],
  ])(
    "as %s words it: it is asked once more, and with all next questions at once",
    async (_, status, words, logged) => {
      scene.answer = refusing(status, words, "max_completion_tokens");
      expect(await scene.app.ask(question)).toMatchObject({
        message: { content: "It is samimreza101 [1]." },
        context: { mode: "generated" },
      });
      expect(scene.asked).toHaveLength(2);
      expect(scene.asked[1]).toMatchObject({ max_tokens: 800 });
      expect(scene.asked[1]).not.toHaveProperty("max_completion_tokens");
      await scene.app.ask(question);
      expect(scene.asked).toHaveLength(3);
      expect(logOf(scene)).toMatch(logged);
      expect(logOf(scene)).not.toMatch(/\[ERROR\]/);
      // it is said once
      expect(scene.app.out.filter((line) => /asked without/.test(line))).toHaveLength(1);
    },
  );

  test("stream_options are left out alone", async () => {
    scene.answer = refusing(422, pydantic, "stream_options");
    expect(await scene.app.ask(question)).toMatchObject({ context: { mode: "generated" } });
    expect(scene.asked).toHaveLength(2);
    expect(scene.asked[1]).toMatchObject({ max_completion_tokens: 800 });
    expect(scene.asked[1]).not.toHaveProperty("stream_options");
  });

  test("one after the other, until nothing is left to be refused", async () => {
    scene.answer = refusing(400, openAi, "max_completion_tokens", "stream_options", "max_tokens");
    expect(await scene.app.ask(question)).toMatchObject({ context: { mode: "generated" } });
    expect(scene.asked).toHaveLength(4);
    await scene.app.ask(question);
    expect(scene.asked).toHaveLength(5);
  });

  test("what the rewriting of a question learned, the answer knows", async () => {
    scene.answer = refusing(422, pydantic, "max_completion_tokens");
    expect(await followUp(scene)).toMatchObject({ context: { mode: "generated" } });
    expect(scene.asked.map(({ max_completion_tokens: refused }) => refused !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test.each<readonly [string, number, object, number]>([
    [
      "is about the length",
      400,
      {
        error: {
          message:
            "This model's maximum context length is 4096 tokens; 'max_completion_tokens' is too large.",
          code: "context_length_exceeded",
        },
      },
      1,
    ],
    [
      "is about something else",
      400,
      { error: { message: "Roles must alternate.", type: "invalid_request_error" } },
      2,
    ],
    ["is about everything", 422, pydantic("max_completion_tokens"), 2],
    [
      "is about the key",
      401,
      { error: { message: "Incorrect API key provided: sk-own", code: "invalid_api_key" } },
      1,
    ],
  ])("a refusal that %s gives way to the sources, after few tries", async (_, status, body, tries) => {
    scene.answer = (response) => response.writeHead(status).end(JSON.stringify(body));
    expect(await scene.app.ask(question)).toMatchObject({ status: 200, context: { mode: "extractive" } });
    expect(scene.asked).toHaveLength(tries);
    // nothing was learned from it
    scene.answer = answered;
    await scene.app.ask(question);
    expect(scene.asked.at(-1)).toMatchObject({
      max_completion_tokens: 800,
      stream_options: { include_usage: true },
    });
    expect(logOf(scene)).not.toContain("sk-own");
  });

  test("the log has the server's own words, but no visitor's, no key and not the prompt", async () => {
    const key = "sk-proj-a1b2c3d4e5f6g7h8i9j0k1l2";
    scene.answer = (response) =>
      response.writeHead(404).end(
        JSON.stringify({
          error: {
            message: `The model "m" does not exist.\nPrompt: ${question}; key ${key}, sk-own; You answer visitors' questions about the owner of this site. ${"x ".repeat(500)}`,
          },
        }),
      );
    await scene.app.ask(question);
    const line = scene.app.out.find((one) => one.startsWith("[ERROR] model failed"));
    expect(line).toMatch(/answered 404.* It said: "The model "m" does not exist\. Prompt: …/);
    expect(line).not.toMatch(/facebook|give me|sk-|visitors' questions about/);
    expect(line?.split("It said: ")[1]?.length).toBeLessThanOrEqual(302);
  });
});
