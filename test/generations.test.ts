import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { createFolderSnapshotStore } from "../src/adapters/folder-snapshot-store.ts";
import { createGenerationCatalog } from "../src/generations/generation-catalog.ts";
import { createGenerationServer } from "../src/generations/serve-generations.ts";
import type { Manifest } from "../src/ports/generation.ts";
import type { KnowledgeIndex, VectorStore } from "../src/ports/vector-store.ts";
import { eventually } from "./support/processes.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const root = temporaryFolder();
let folders = 0;
const newSnapshots = () => {
  folders += 1;
  return createFolderSnapshotStore(join(root, String(folders)));
};
const manifest = (id: string, embedder = "minilm"): Manifest => ({
  format: 1,
  id,
  created: "2026-11-23T00:00:00.000Z",
  embedder: { name: embedder, dimensions: 384 },
  corpusDigest: `digest of ${id}`,
  subject: "Ada",
  namespaces: [{ name: "personal", topK: 5, threshold: 0.4, role: "facts", passages: 1 }],
});
const signal = (): AbortSignal => AbortSignal.timeout(5_000);

/** An index that writes down what is opened and closed. */
const recordingIndex = (
  openMs = 0,
): KnowledgeIndex & { readonly opened: string[]; readonly closed: string[] } => {
  const opened: string[] = [];
  const closed: string[] = [];
  return {
    name: "recording",
    opened,
    closed,
    build: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    open: async ({ generation }): Promise<VectorStore> => {
      opened.push(generation);
      await new Promise((resolve) => setTimeout(resolve, openMs));
      return {
        search: () => Promise.resolve([]),
        recover: () => Promise.resolve(),
        close: () => Promise.resolve(void closed.push(generation)),
      };
    },
  };
};

test("what was published last is current, and knows what was before it", async () => {
  const catalog = createGenerationCatalog(newSnapshots());
  expect(await catalog.current()).toBeUndefined();
  const first = await catalog.publish(manifest("one"), undefined);
  expect(first).toEqual({ sequence: 1, generation: "one", parent: null });
  expect(await catalog.publish(manifest("two"), first)).toEqual({
    sequence: 2,
    generation: "two",
    parent: "one",
  });
  expect(await catalog.current()).toEqual({ sequence: 2, generation: "two", parent: "one" });
  expect(await catalog.manifest("one")).toEqual(manifest("one"));
  expect(await catalog.list()).toEqual(["one", "two"]);
});

test("a publisher who began before another one published gives up, and changes nothing", async () => {
  const catalog = createGenerationCatalog(newSnapshots());
  const seen = await catalog.publish(manifest("one"), undefined);
  await catalog.publish(manifest("two"), seen);
  await expect(catalog.publish(manifest("late"), seen)).rejects.toMatchObject({ code: "publish_lost" });
  await expect(catalog.publish(manifest("late"), undefined)).rejects.toMatchObject({ code: "publish_lost" });
  expect(await catalog.current()).toMatchObject({ generation: "two" });
});

test.each([
  ["garbage", "not JSON"],
  ["nothing", ""],
  ["half of it", '{"sequence":1,"gener'],
  ["another generation's name", '{"sequence":1,"generation":"x","parent":null,"sha256":"0"}'],
])("a CURRENT that holds %s is refused, and mended by the next publication", async (_, content) => {
  const snapshots = newSnapshots();
  const catalog = createGenerationCatalog(snapshots);
  await snapshots.write("CURRENT", content);
  await expect(catalog.current()).rejects.toMatchObject({ code: "generation_unusable" });
  await catalog.publish(manifest("new"), undefined);
  expect(await catalog.current()).toMatchObject({ generation: "new" });
});

const serve = async (refreshMs: number, openMs = 0) => {
  const catalog = createGenerationCatalog(newSnapshots());
  const first = await catalog.publish(manifest("one"), undefined);
  const index = recordingIndex(openMs);
  const telemetry = { log: () => undefined };
  const server = createGenerationServer({ catalog, index, embedderName: "minilm", refreshMs, telemetry });
  return { catalog, first, index, server };
};

test("first requests share one opening", async () => {
  const { index, server } = await serve(60_000, 30);
  const leases = await Promise.all(Array.from({ length: 20 }, () => server.acquire(signal())));
  expect(index.opened).toEqual(["one"]);
  expect(new Set(leases.map(({ store }) => store)).size).toBe(1);
});

test("a newer generation is opened beside the old one, which is closed when its last request is done", async () => {
  const { catalog, first, index, server } = await serve(0, 30);
  const slow = await server.acquire(signal());
  await catalog.publish(manifest("two"), first);

  const meanwhile = await server.acquire(signal());
  expect(meanwhile.manifest.id).toBe("one");
  meanwhile.release();
  const swapped = await eventually(async () => {
    const lease = await server.acquire(signal());
    lease.release();
    return lease.manifest.id === "two";
  });
  expect(swapped).toBe(true);
  expect(index.closed).toEqual([]);
  slow.release();
  slow.release();
  expect(index.closed).toEqual(["one"]);
  expect(index.opened).toEqual(["one", "two"]);
});

test("a generation of another embedder is refused in words, and what is served stays", async () => {
  const { catalog, first, server } = await serve(0);
  (await server.acquire(signal())).release();
  await catalog.publish(manifest("other", "text-embedding-3-small"), first);
  for (let round = 0; round < 5; round += 1) {
    const lease = await server.acquire(signal());
    expect(lease.manifest.id).toBe("one");
    lease.release();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const fresh = createGenerationServer({
    catalog,
    index: recordingIndex(),
    embedderName: "minilm",
    refreshMs: 0,
    telemetry: { log: () => undefined },
  });
  await expect(fresh.acquire(signal())).rejects.toMatchObject({
    code: "generation_unusable",
    message:
      "Generation other was embedded with text-embedding-3-small, and this app embeds with minilm; run npm run ingest.",
  });
});

test("a request waits for the first opening no longer than it may", async () => {
  const { server } = await serve(60_000, 1_000);
  await expect(server.acquire(AbortSignal.timeout(20))).rejects.toThrow(/timeout/);
  expect((await server.acquire(signal())).manifest.id).toBe("one");
});
