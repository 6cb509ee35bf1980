import { LLMock } from "@copilotkit/aimock";
import { afterAll } from "@jest/globals";

export interface SlowModel {
  /** What makes an app ask this model. */
  readonly settings: Readonly<Record<string, string>>;
  /** What it answers from now on; slowly, when it is to be watched. */
  readonly says: (content: string, options?: Parameters<LLMock["on"]>[2], finishReason?: string) => void;
  /** The conversations it was sent. */
  readonly heard: () => readonly (readonly { readonly role: string; readonly content: string }[])[];
}

/** Some thirty pieces in two seconds. */
export const slowly = { chunkSize: 5, latency: 60 };

const started: LLMock[] = [];

afterAll(async () => {
  for (const mock of started) await mock.stop();
});

/** A model's server on loopback. */
export const startSlowModel = async (): Promise<SlowModel> => {
  const mock = new LLMock({ port: 0 });
  await mock.start();
  started.push(mock);
  return {
    settings: { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_API_KEY: "sk-test", OPENAI_MODEL: "test-model" },
    says: (content, options = { chunkSize: 200 }, finishReason = "stop") => {
      mock.clearFixtures();
      mock.on({}, { content, finishReason }, options);
    },
    heard: () =>
      mock
        .getRequests()
        .map(({ body }) => (body as { messages: { role: string; content: string }[] }).messages),
  };
};
