import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Namespace } from "../../src/ports/namespace.ts";
import type { EmbeddedPassage, KnowledgeIndex, VectorStore } from "../../src/ports/vector-store.ts";

const signal = (): AbortSignal => AbortSignal.timeout(30_000);

const direction = (degrees: number): readonly number[] => {
  const radians = (degrees / 180) * Math.PI;
  return [Math.cos(radians), Math.sin(radians), 0];
};

const passage = (id: string, degrees: number): EmbeddedPassage => ({
  id,
  text: `The text of ${id}, "quoted" <b>and</b> übermäßig 😀`,
  source: `personal/${id}.md#Heading > Sub`,
  line: 7,
  vector: direction(degrees),
});

const namespaces: readonly Namespace[] = ["personal", "empty"].map((name) => ({
  name,
  topK: 3,
  threshold: 0,
  role: "facts",
}));

/** What every index of knowledge promises, whatever engine is behind it. */
export const describeKnowledgeIndex = (name: string, create: () => Promise<KnowledgeIndex>): void => {
  describe(`${name} as a knowledge index`, () => {
    let index: KnowledgeIndex;
    const open = (generation: string): Promise<VectorStore> =>
      index.open({ generation, namespaces, signal: signal() });
    const search = (
      store: VectorStore,
      namespace: string,
      degrees: number,
      topK = 3,
    ): ReturnType<VectorStore["search"]> =>
      store.search({ namespace, vector: direction(degrees), topK, signal: signal() });

    beforeAll(async () => {
      index = await create();
      const all = [passage("east", 0), passage("north-east", 45), passage("north", 90), passage("west", 180)];
      await index.build({
        generation: "first",
        passages: new Map([
          ["personal", all],
          ["empty", []],
        ]),
        signal: signal(),
      });
      await index.build({
        generation: "second",
        passages: new Map([
          ["personal", [passage("south", 270)]],
          ["empty", []],
        ]),
        signal: signal(),
      });
    });

    test("finds the nearest passages first, with cosine similarity as score", async () => {
      const store = await open("first");
      const hits = await search(store, "personal", 10);
      expect(hits.map(({ id }) => id)).toEqual(["east", "north-east", "north"]);
      for (const [position, degrees] of [10, 35, 80].entries()) {
        expect(hits[position]?.score).toBeCloseTo(Math.cos((degrees / 180) * Math.PI), 4);
      }
      await store.close();
    });

    test("gives a passage back as it was indexed", async () => {
      const store = await open("first");
      const [hit] = await search(store, "personal", 0, 1);
      const { vector: _, ...indexed } = passage("east", 0);
      expect(hit).toEqual({ ...indexed, score: expect.closeTo(1, 4) });
      await store.close();
    });

    test("finds nothing in an empty namespace", async () => {
      const store = await open("first");
      expect(await search(store, "empty", 0)).toEqual([]);
      await store.close();
    });

    test("keeps generations apart", async () => {
      const [first, second] = [await open("first"), await open("second")];
      expect((await search(second, "personal", 0)).map(({ id }) => id)).toEqual(["south"]);
      expect((await search(first, "personal", 0, 1)).map(({ id }) => id)).toEqual(["east"]);
      await first.close();
      await second.close();
    });

    test("fails a search in an unknown namespace with its code, and goes on", async () => {
      const store = await open("first");
      await expect(search(store, "nowhere", 0)).rejects.toMatchObject({ code: "namespace_failed" });
      expect(await search(store, "personal", 0)).toHaveLength(3);
      await store.close();
    });

    test("gives up when its signal says so", async () => {
      const store = await open("first");
      const late = store.search({
        namespace: "personal",
        vector: direction(0),
        topK: 1,
        signal: AbortSignal.abort(),
      });
      await expect(late).rejects.toMatchObject({ code: "namespace_failed", message: "no answer in time" });
      expect(await search(store, "personal", 0)).toHaveLength(3);
      await store.close();
    });

    test("removes a generation and nothing else", async () => {
      await index.remove("second");
      await index.remove("second");
      const store = await open("first");
      expect(await search(store, "personal", 0)).toHaveLength(3);
      await store.close();
    });
  });
};
