import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { repository } from "./repository.ts";
import { ingestedOnce } from "./ingested-once.ts";
import type { InProcessApp } from "./in-process-app.ts";
import { serveHere } from "./serve-here.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** One running app with a model, for a file of tests with a real client. */
export interface ClientScene {
  readonly app: InProcessApp;
  readonly key: string;
  /** What the model says from now on. */
  modelSays(text: string, pauseMs?: number): void;
  /** The model breaks off in the middle of its answer. */
  modelBreaksOff(): void;
  /** The model cannot be asked: answers are extractive. */
  modelFails(): void;
  /** The model does nothing that it was asked before. */
  clear(): void;
  /** What the model was last asked: the rules and sources first. */
  asked(): AskedMessages;
}

type AskedMessages = readonly { readonly role: string; readonly content: string }[];

export const factQuestion = "give me your facebook id";
export const factAnswer = "It is https://www.facebook.com/samimreza101 [1], as he says himself [1].";
export const offTopic = "Which team won the football world cup in 1998?";

const seed = join(repository, "test", "fixtures", "seed-knowledge");

/** Sets the scene before a file's tests, and clears it after them. The app asks for a key. */
export const setClientScene = (knowledge = seed): ClientScene => {
  const mock = new LLMock({ port: 0 });
  const DATA_DIR = temporaryFolder();
  const key = "key-of-the-client";
  let app: InProcessApp | undefined;
  beforeAll(async () => {
    await ingestedOnce(knowledge, { DATA_DIR });
    await mock.start();
    app = await serveHere({
      DATA_DIR,
      API_KEYS: key,
      OPENAI_BASE_URL: `${mock.url}/v1`,
      OPENAI_API_KEY: "sk-of-the-app",
      OPENAI_MODEL: "gpt-test",
    });
  });
  afterEach(() => {
    mock.clearFixtures();
  });
  afterAll(() => mock.stop());
  return {
    get app() {
      if (!app) throw new Error("The scene is set before the first test.");
      return app;
    },
    key,
    modelSays: (content, latency = 0) => {
      // asked first where there was a conversation: what the question means by itself
      mock.on({ userMessage: /^\{"conversation":/ }, { content: factQuestion });
      mock.on({}, { content }, { chunkSize: 10, latency });
    },
    modelBreaksOff: () =>
      void mock.on(
        {},
        { content: "This sentence will never be brought to its end, alas." },
        { chunkSize: 5, truncateAfterChunks: 4, latency: 40 },
      ),
    modelFails: () => void mock.on({}, { error: { message: "no such model" }, status: 404 }),
    clear: () => {
      mock.clearFixtures();
    },
    asked: () => (mock.getLastRequest()?.body as { messages?: AskedMessages } | undefined)?.messages ?? [],
  };
};
