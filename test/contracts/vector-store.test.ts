import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { createEmbeddedChromaIndex } from "../../src/adapters/chroma/embedded-index.ts";
import { createFolderSnapshotStore } from "../../src/adapters/folder-snapshot-store.ts";
import { createServerChromaIndex } from "../../src/adapters/chroma/server-index.ts";
import { createGenerationCatalog } from "../../src/generations/generation-catalog.ts";
import type { VectorStore } from "../../src/ports/vector-store.ts";
import { AppError } from "../../src/shared/app-error.ts";
import { startRealEngine } from "../support/real-engine.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { describeKnowledgeIndex } from "./vector-store-contract.ts";
import { silentTelemetry as telemetry } from "../../src/telemetry/silent.ts";

const root = temporaryFolder();
const share = (name: string): string => {
  mkdirSync(join(root, name));
  return join(root, name);
};
const embedded = (localFolder: string, version: string) => () =>
  Promise.resolve(
    createEmbeddedChromaIndex({
      localFolder: join(root, localFolder),
      startEngine: startRealEngine,
      engine: { platform: "linux-x64", version },
      telemetry,
    }),
  );

describeKnowledgeIndex("an embedded engine", { create: embedded("local", "1.0.5"), share: share("a") });

describeKnowledgeIndex("a Chroma server", {
  create: async () => {
    const { url } = await startRealEngine(join(root, "server"), AbortSignal.timeout(30_000));
    return createServerChromaIndex({ url, telemetry });
  },
  share: share("b"),
});

test("closed generations and finished builds leave no copy behind", () => {
  expect(readdirSync(join(root, "local"))).toEqual([]);
});

describe("a copy that was kept on this machine", () => {
  const catalog = createGenerationCatalog(createFolderSnapshotStore(join(root, "a")));
  const signal = (): AbortSignal => AbortSignal.timeout(30_000);
  const any = (): boolean => true;
  const searched = async (store: VectorStore): Promise<number> => {
    const question = { namespace: "personal", vector: [1, 0, 0], limit: 3, signal: signal() };
    return (await store.nearest(question)).length;
  };

  test("is served once more, also by the process that kept it, and is never served twice at a time", async () => {
    const index = await embedded("kept", "1.0.5")();
    const first = await index.open(await catalog.content("000001-first"), signal());
    expect(await index.openLocal(any, signal())).toBeUndefined();
    await first.close({ keepCopy: true });
    const again = await index.openLocal(any, signal());
    expect([again?.manifest.id, again && (await searched(again.store))]).toEqual(["000001-first", 3]);
    expect(await index.openLocal(any, signal())).toBeUndefined();
    await again?.store.close({ keepCopy: true });
  });

  test("survives an engine that does not start", async () => {
    const failing = createEmbeddedChromaIndex({
      localFolder: join(root, "kept"),
      startEngine: () => Promise.reject(new AppError("engine_unavailable", "it did not start")),
      engine: { platform: "linux-x64", version: "1.0.5" },
      telemetry,
    });
    await expect(failing.openLocal(any, signal())).rejects.toThrow("it did not start");
    const again = await (await embedded("kept", "1.0.5")()).openLocal(any, signal());
    expect(again && (await searched(again.store))).toBe(3);
    await again?.store.close({ keepCopy: true });
  });

  test("does not stand in the way of an older one that its engine starts on", async () => {
    const index = await embedded("two", "1.0.5")();
    const open = async (id: string): Promise<VectorStore> => index.open(await catalog.content(id), signal());
    const [older, newer] = [await open("000001-first"), await open("000002-second")];
    await older.close({ keepCopy: true });
    await newer.close({ keepCopy: true });
    const choosy = createEmbeddedChromaIndex({
      localFolder: join(root, "two"),
      startEngine: (folder, until) =>
        folder.includes("000002-second")
          ? Promise.reject(new AppError("engine_unavailable", "it did not start"))
          : startRealEngine(folder, until),
      engine: { platform: "linux-x64", version: "1.0.5" },
      telemetry,
    });
    const served = await choosy.openLocal(any, signal());
    expect(served?.manifest.id).toBe("000001-first");
    await served?.store.close();
    expect(readdirSync(join(root, "two"))).toEqual([expect.stringMatching(/^000002-second/)]);
  });

  test("survives an engine that dies while it is looked at", async () => {
    const index = createEmbeddedChromaIndex({
      localFolder: join(root, "two"),
      // no server is there
      startEngine: async (folder, until) => ({
        ...(await startRealEngine(folder, until)),
        url: "http://127.0.0.1:9",
      }),
      engine: { platform: "linux-x64", version: "1.0.5" },
      telemetry,
    });
    await expect(index.openLocal(any, signal())).rejects.toMatchObject({ code: "engine_unavailable" });
    expect(readdirSync(join(root, "two"))).toHaveLength(1);
  });

  test("gives the records of its passages, and is passed over and its engine stopped without them", async () => {
    const index = await embedded("records", "1.0.5")();
    const content = await catalog.content("000001-first");
    await (await index.open(content, signal())).close({ keepCopy: true });
    const again = await index.openLocal(any, signal());
    expect(again?.records).toEqual(await content.records());
    await again?.store.close({ keepCopy: true });

    const [name = ""] = readdirSync(join(root, "records"));
    rmSync(join(root, "records", name, "records"));
    expect(await index.openLocal(any, signal())).toBeUndefined();
    expect(readdirSync(join(root, "records"))).toEqual([]);
  });

  test("is removed when it does not hold what it should", async () => {
    const [name = ""] = readdirSync(join(root, "kept"));
    rmSync(join(root, "kept", name, "chroma"), { recursive: true });
    mkdirSync(join(root, "kept", name, "chroma"));
    const index = await embedded("kept", "1.0.5")();
    expect(await index.openLocal(any, signal())).toBeUndefined();
    expect(readdirSync(join(root, "kept"))).toEqual([]);
  });
});
