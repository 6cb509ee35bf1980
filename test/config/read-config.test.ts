import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readSelfTestSchedule } from "../../src/config/read-self-test.ts";
import { readFunctionKey } from "../../src/config/read-function-key.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { repository } from "../support/repository.ts";

test("without any setting, the demo knowledge is answered from without a model", () => {
  expect(readConfig({})).toMatchObject({
    knowledgeFolder: join(repository, "knowledge"),
    knowledgeIsDemo: true,
    dataFolder: join(process.cwd(), ".data"),
    chroma: { mode: "embedded" },
    model: undefined,
    logContent: false,
    refreshMs: 30_000,
  });
});

test("an empty value means unset", () => {
  const empty = {
    KNOWLEDGE_DIR: "",
    CHROMA_MODE: " ",
    OPENAI_BASE_URL: "",
    OPENAI_MODEL: "",
    LOG_CONTENT: "",
  };
  expect(readConfig(empty)).toEqual(readConfig({}));
});

test("every wrong setting is named at once, with what it should be, and never with its value", () => {
  const wrong = {
    PORT: "seventy",
    CHROMA_MODE: "server",
    LLM: "gpt",
    OPENAI_BASE_URL: "localhost:11434",
    REFRESH_SECONDS: "0",
    LOG_CONTENT: "yes",
    OPENAI_API_KEY: "sk-secret",
  };
  expect(() => readConfig(wrong)).toThrow(
    expect.objectContaining({
      code: "misconfigured",
      message:
        "Wrong settings: PORT must be a whole number; LLM must be one of: auto, extractive, openai, azure; " +
        "OPENAI_BASE_URL must be an address that begins with http:// or https://; REFRESH_SECONDS must be at least 1; " +
        "LOG_CONTENT must be one of: true, false; CHROMA_URL is needed with CHROMA_MODE=server.",
    }),
  );
});

test("a reference that Azure could not resolve is no key: it opens nothing, and is not taken for no key either", () => {
  const reference = "@Microsoft.KeyVault(VaultName=kv-ada;SecretName=api-keys)";
  expect(() => readConfig({ API_KEYS: reference })).toThrow(/API_KEYS refers to a vault, .*not resolve/);
  expect(() => readConfig({ OPENAI_API_KEY: reference })).toThrow(/OPENAI_API_KEY refers to a vault/);
  expect(readConfig({ FUNCTION_KEY: reference }).functionKey).toBeUndefined();
  expect(readFunctionKey({ FUNCTION_KEY: reference })).toBeUndefined();
  expect(readFunctionKey({ FUNCTION_KEY: " a-key " })).toBe("a-key");
});

test.each([
  [
    { CHROMA_URL: "http://user:secret@host:8000", CHROMA_MODE: "server" },
    /CHROMA_URL must be an address like http:\/\/host:port/,
  ],
  [{ OPENAI_API_KEY: "sk-abc\nverysecret" }, /OPENAI_API_KEY must be printable characters/],
])("a secret in the wrong place is refused, and not repeated", (environment, expected) => {
  expect(() => readConfig(environment)).toThrow(expected);
  expect(() => readConfig(environment)).not.toThrow(/secret/);
});

test("LLM=auto takes a model where one is configured, and only there", () => {
  const server = { OPENAI_BASE_URL: "http://127.0.0.1:11434/v1", OPENAI_MODEL: "llama3" };
  expect(readConfig(server).model).toEqual({
    kind: "openai",
    baseUrl: server.OPENAI_BASE_URL,
    apiKey: undefined,
    model: "llama3",
  });
  expect(readConfig({ ...server, LLM: "extractive" }).model).toBeUndefined();
  // many machines have a key in every environment
  expect(readConfig({ OPENAI_API_KEY: "sk-x" }).model).toBeUndefined();
});

test("an Azure OpenAI resource is a model too, by key or by identity", () => {
  const azure = { AZURE_OPENAI_ENDPOINT: "https://mine.openai.azure.com", AZURE_OPENAI_DEPLOYMENT: "chat" };
  const model = {
    kind: "azure",
    baseUrl: "https://mine.openai.azure.com/openai/v1/",
    apiKey: undefined,
    model: "chat",
  };
  expect(readConfig(azure).model).toEqual(model);
  expect(readConfig({ ...azure, AZURE_OPENAI_API_KEY: "k" }).model).toEqual({ ...model, apiKey: "k" });
  for (const path of ["/", "/openai", "/openai/v1", "/openai/v1/"]) {
    expect(readConfig({ ...azure, AZURE_OPENAI_ENDPOINT: azure.AZURE_OPENAI_ENDPOINT + path }).model).toEqual(
      model,
    );
  }
});

test("of two models, the one that LLM names is taken", () => {
  const both = {
    OPENAI_API_KEY: "sk-x",
    OPENAI_MODEL: "gpt-4.1-mini",
    AZURE_OPENAI_ENDPOINT: "https://mine.openai.azure.com",
    AZURE_OPENAI_DEPLOYMENT: "chat",
  };
  expect(readConfig({ ...both, LLM: "azure" }).model).toMatchObject({ kind: "azure", model: "chat" });
  expect(readConfig({ ...both, LLM: "openai" }).model).toMatchObject({ kind: "openai" });
  expect(readConfig({ ...both, LLM: "extractive" }).model).toBeUndefined();
  expect(() => readConfig(both)).toThrow(/both set: choose with LLM=openai or LLM=azure/);
});

test.each([
  "https://mine.openai.azure.com/openai/deployments/chat/chat/completions?api-version=2024-10-21",
  "https://user:secret@mine.openai.azure.com",
  "http://mine.openai.azure.com",
  "mine.openai.azure.com",
])("an address that is not an Azure OpenAI resource's is refused: %s", (AZURE_OPENAI_ENDPOINT) => {
  expect(() => readConfig({ AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_DEPLOYMENT: "chat" })).toThrow(
    "Wrong settings: AZURE_OPENAI_ENDPOINT must be the address of an Azure OpenAI resource, like https://NAME.openai.azure.com.",
  );
});

test("what can embed is known beside what embeds the next ingest", () => {
  expect(readConfig({}).embeddings).toEqual({
    next: "local",
    servers: [],
    dimensions: undefined,
    threshold: undefined,
  });
  const both = {
    OPENAI_API_KEY: "sk-x",
    OPENAI_EMBEDDING_MODEL: "text-embedding-3-small",
    AZURE_OPENAI_ENDPOINT: "https://mine.openai.azure.com",
    AZURE_OPENAI_EMBEDDING_DEPLOYMENT: "text-embedding-3-small",
    EMBEDDING_DIMENSIONS: "512",
    RELEVANCE_THRESHOLD: "0.45",
  };
  const { embeddings, model } = readConfig({ ...both, EMBEDDINGS: "azure" });
  expect(model).toBeUndefined();
  expect(embeddings).toMatchObject({ next: { kind: "azure" }, dimensions: 512, threshold: 0.45 });
  expect(embeddings.servers.map(({ kind }) => kind)).toEqual(["azure", "openai"]);
  expect(readConfig({ ...both, EMBEDDINGS: "openai" }).embeddings.next).toMatchObject({ kind: "openai" });
  expect(readConfig(both).embeddings).toMatchObject({
    next: "local",
    servers: embeddings.servers.toReversed(),
  });
});

test.each([
  [{ EMBEDDINGS: "openai" }, /OPENAI_EMBEDDING_MODEL is needed with EMBEDDINGS=openai/],
  [{ EMBEDDINGS: "azure" }, /AZURE_OPENAI_EMBEDDING_DEPLOYMENT is needed with EMBEDDINGS=azure/],
  [{ OPENAI_EMBEDDING_MODEL: "m" }, /OPENAI_EMBEDDING_MODEL needs OPENAI_API_KEY/],
  [
    { AZURE_OPENAI_EMBEDDING_DEPLOYMENT: "m" },
    /AZURE_OPENAI_EMBEDDING_DEPLOYMENT needs AZURE_OPENAI_ENDPOINT/,
  ],
  [{ EMBEDDING_DIMENSIONS: "512" }, /EMBEDDING_DIMENSIONS needs OPENAI_EMBEDDING_MODEL or AZURE/],
  [{ RELEVANCE_THRESHOLD: "37" }, /RELEVANCE_THRESHOLD must be a number from 0 to 1/],
])("embeddings that contradict themselves are reported: %j", (environment, expected) => {
  expect(() => readConfig(environment)).toThrow(expected);
});

test.each([
  [{ LLM: "openai" }, /OPENAI_MODEL is needed with LLM=openai/],
  [{ OPENAI_MODEL: "m" }, /OPENAI_MODEL needs OPENAI_API_KEY/],
  [{ LLM: "azure" }, /AZURE_OPENAI_DEPLOYMENT is needed with LLM=azure/],
  [{ AZURE_OPENAI_DEPLOYMENT: "chat" }, /AZURE_OPENAI_DEPLOYMENT needs AZURE_OPENAI_ENDPOINT/],
  [{ AZURE_OPENAI_ENDPOINT: "https://h" }, /AZURE_OPENAI_DEPLOYMENT is needed beside AZURE_OPENAI_ENDPOINT/],
  [{ OPENAI_BASE_URL: "http://h/v1" }, /OPENAI_MODEL is needed beside OPENAI_BASE_URL/],
])("a half-configured model is reported: %j", (environment, expected) => {
  expect(() => readConfig(environment)).toThrow(expected);
});

test("keys and origins are lists; origins are read as browsers name them", () => {
  const { apiKeys, allowedOrigins } = readConfig({
    API_KEYS: " one, two ,",
    ALLOWED_ORIGINS: "https://Example.com/, https://a.test:443, http://localhost:3000, app://Bundle",
  });
  expect(apiKeys).toEqual(["one", "two"]);
  expect(allowedOrigins).toEqual([
    "https://example.com",
    "https://a.test",
    "http://localhost:3000",
    "app://bundle",
  ]);
});

test.each([
  "example.com",
  "https://example.com/chat",
  "https://*.example.com",
  "https://user@example.com",
  "https://example.com?a",
  "null",
  "javascript:alert(1)",
])("%s is no origin", (origin) => {
  expect(() => readConfig({ ALLOWED_ORIGINS: `https://a.test,${origin}` })).toThrow(
    /ALLOWED_ORIGINS must list origins like https:\/\/www.example.com/,
  );
});

test("a list of keys that lists none does not open the app", () => {
  expect(() => readConfig({ API_KEYS: "," })).toThrow(/API_KEYS must list something/);
  expect(() => readConfig({ API_KEYS: "a key" })).toThrow(
    /API_KEYS must be printable characters without blanks/,
  );
});

test("the self-test asks at the address that the host tells, unless another one is set", () => {
  const urlOf = (environment: Record<string, string>): string => readConfig(environment).selfTest.url;
  expect(urlOf({ PORT: "7072" })).toBe("http://127.0.0.1:7072");
  expect(urlOf({ WEBSITE_HOSTNAME: "127.0.0.1:40123" })).toBe("http://127.0.0.1:40123");
  expect(urlOf({ WEBSITE_HOSTNAME: "mine.azurewebsites.net" })).toBe("https://mine.azurewebsites.net");
  const set = { WEBSITE_HOSTNAME: "mine.azurewebsites.net", SELF_TEST_URL: "https://ask.example.com" };
  expect(urlOf(set)).toBe("https://ask.example.com");
});

test("the self-test's schedule is there without a setting; a wrong one never stops the app from loading", () => {
  expect(readSelfTestSchedule({})).toBe("0 */30 * * * *");
  expect(readSelfTestSchedule({ SELF_TEST_SCHEDULE: "0 0 6 * * mon-fri" })).toBe("0 0 6 * * mon-fri");
  expect(readSelfTestSchedule({ SELF_TEST_SCHEDULE: "off" })).toBeUndefined();
  for (const wrong of ["every hour", "%NAME%", "* * *", "0 0 0 0 0 0 0"]) {
    expect(readSelfTestSchedule({ SELF_TEST_SCHEDULE: wrong })).toBeUndefined();
    expect(() => readConfig({ SELF_TEST_SCHEDULE: wrong })).toThrow(/SELF_TEST_SCHEDULE must be an NCRONTAB/);
  }
});
