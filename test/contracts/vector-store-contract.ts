import { beforeAll, describe, expect, test } from "@jest/globals";
import { createFolderSnapshotStore } from "../../src/adapters/folder-snapshot-store.ts";
import { createGenerationCatalog } from "../../src/generations/generation-catalog.ts";
import type { GenerationCatalog } from "../../src/ports/generation.ts";
import type { Namespace } from "../../src/ports/namespace.ts";
import type { KnowledgeIndex } from "../../src/ports/knowledge-index.ts";
import type { EmbeddedPassage } from "../../src/ports/passage.ts";
import { partsOfVectorId } from "../../src/shared/vector-id.ts";
import type { VectorStore } from "../../src/ports/vector-store.ts";

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
  units: [{ kind: "sentence", start: 0, end: 3 }],
  vectors: [{ vector: direction(degrees), embedHash: `hash of ${id}` }],
});

const namespaces: readonly Namespace[] = ["personal", "empty"].map((name) => ({
  name,
  topK: 3,
  threshold: 0,
  role: "facts",
}));

/** What every index of knowledge promises, whatever engine is behind it. */
export const describeKnowledgeIndex = (
  name: string,
  { create, share }: { readonly create: () => Promise<KnowledgeIndex>; readonly share: string },
): void => {
  describe(`${name} as a knowledge index`, () => {
    const catalog: GenerationCatalog = createGenerationCatalog(createFolderSnapshotStore(share));
    let index: KnowledgeIndex;
    const open = async (generation: string): Promise<VectorStore> =>
      index.open(await catalog.content(generation), signal());
    const search = (
      store: VectorStore,
      namespace: string,
      degrees: number,
      limit = 3,
    ): ReturnType<VectorStore["nearest"]> =>
      store.nearest({ namespace, vector: direction(degrees), limit, signal: signal() });

    const publish = async (id: string, personal: readonly EmbeddedPassage[]): Promise<void> => {
      const passages = new Map([
        ["personal", personal],
        ["empty", []],
      ]);
      let verified = 0;
      const verify = async (store: VectorStore): Promise<void> => {
        verified = (await search(store, "personal", 0)).length;
      };
      const built = await index.build({ generation: id, passages, verify, signal: signal() });
      expect(verified).toBe(Math.min(3, personal.flatMap(({ vectors }) => vectors).length));
      const counts = namespaces.map((namespace) => ({
        ...namespace,
        passages: passages.get(namespace.name)?.length ?? 0,
        vectors: passages.get(namespace.name)?.flatMap(({ vectors }) => vectors).length ?? 0,
      }));
      const embedder = { name: "three", dimensions: 3 };
      const about = { id, created: "", corpusDigest: id, subject: "x", embedder, namespaces: counts };
      await catalog.publish({ ...about, passages, archives: built.archives }, await catalog.current());
      await built.dispose();
    };

    beforeAll(async () => {
      index = await create();
      const all = [passage("east", 0), passage("north-east", 45), passage("north", 90), passage("west", 180)];
      await publish("000001-first", all);
      await publish("000002-second", [passage("south", 270)]);
    });

    test("finds the nearest vectors first, with their cosine similarity", async () => {
      const store = await open("000001-first");
      const hits = await search(store, "personal", 10);
      expect(hits.map(({ id }) => id)).toEqual(["east", "north-east", "north"]);
      for (const [position, degrees] of [10, 35, 80].entries()) {
        expect(hits[position]?.similarity).toBeCloseTo(Math.cos((degrees / 180) * Math.PI), 4);
      }
      await store.close();
    });

    test("names the unit of a passage that a vector stands for", async () => {
      const both = [
        { vector: direction(0), embedHash: "whole" },
        { unit: 3, vector: direction(90), embedHash: "unit" },
      ];
      await publish("000003-units", [{ ...passage("east", 0), vectors: both }]);
      const store = await open("000003-units");
      const ids = (await search(store, "personal", 80)).map(({ id }) => partsOfVectorId(id));
      expect(ids).toEqual([{ passage: "east", unit: 3 }, { passage: "east" }]);
      await store.close();
    });

    test("finds nothing in an empty namespace", async () => {
      const store = await open("000001-first");
      expect(await search(store, "empty", 0)).toEqual([]);
      await store.close();
    });

    test("keeps generations apart", async () => {
      const [first, second] = [await open("000001-first"), await open("000002-second")];
      expect((await search(second, "personal", 0)).map(({ id }) => id)).toEqual(["south"]);
      expect((await search(first, "personal", 0, 1)).map(({ id }) => id)).toEqual(["east"]);
      await first.close();
      await second.close();
    });

    test("fails a search in an unknown namespace with its code, and goes on", async () => {
      const store = await open("000001-first");
      await expect(search(store, "nowhere", 0)).rejects.toMatchObject({ code: "namespace_failed" });
      expect(await search(store, "personal", 0)).toHaveLength(3);
      await store.close();
    });

    test("gives up when its signal says so", async () => {
      const store = await open("000001-first");
      const late = store.nearest({
        namespace: "personal",
        vector: direction(0),
        limit: 1,
        signal: AbortSignal.abort(),
      });
      await expect(late).rejects.toMatchObject({ code: "namespace_failed", message: "no answer in time" });
      expect(await search(store, "personal", 0)).toHaveLength(3);
      await store.close();
    });

    test("builds nothing that was not verified", async () => {
      const refuse = (): Promise<void> => Promise.reject(new Error("not as it should be"));
      const passages = new Map([["personal", [passage("east", 0)]]]);
      const job = { generation: "000004-bad", passages, verify: refuse, signal: signal() };
      await expect(index.build(job)).rejects.toThrow("not as it should be");
      // and may be tried again under the same name
      await (await index.build({ ...job, verify: () => Promise.resolve() })).dispose();
    });

    test("knows whether it holds a generation", async () => {
      expect(await index.holds((await catalog.content("000001-first")).manifest)).toBe(true);
    });

    test("removes a generation and nothing else", async () => {
      await index.remove("000002-second");
      await index.remove("000002-second");
      const store = await open("000001-first");
      expect(await search(store, "personal", 0)).toHaveLength(3);
      await store.close();
    });
  });
};
