import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { createFolderSnapshotStore } from "../../src/adapters/folder-snapshot-store.ts";
import type { SnapshotStore } from "../../src/ports/snapshot-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = temporaryFolder();
const implementations: readonly (readonly [string, () => SnapshotStore])[] = [
  ["a folder", () => createFolderSnapshotStore(root)],
];
const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString("utf8");

describe.each(implementations)("%s as a snapshot store", (_, create) => {
  test("gives back what was written, and nothing where nothing was", async () => {
    const store = create();
    await store.write("a/b/c.txt", "schön");
    expect(text(await store.read("a/b/c.txt"))).toBe("schön");
    expect(await store.read("a/b/d.txt")).toBeUndefined();
    expect(await store.list("a/b")).toEqual(["c.txt"]);
    expect(await store.list("nowhere")).toEqual([]);
  });

  test("never shows a reader half of a file", async () => {
    const store = create();
    const sizes = [1_000_000, 2_000_000];
    await store.write("big", "0".repeat(1_000_000));
    const seen = new Set<number>();
    const writing = (async () => {
      for (let round = 1; round <= 20; round += 1)
        await store.write("big", String(round % 2).repeat(sizes[round % 2] ?? 0));
    })();
    for (let round = 0; round < 60; round += 1) seen.add((await store.read("big"))?.byteLength ?? -1);
    await writing;
    for (const size of seen) expect(sizes).toContain(size);
  });

  test("removes files and folders, and what is not there too", async () => {
    const store = create();
    await store.write("gone/x", "1");
    await store.remove("gone");
    await store.remove("gone");
    expect(await store.read("gone/x")).toBeUndefined();
  });
});

test("a folder keeps no draft of a write that failed", async () => {
  const store = createFolderSnapshotStore(root);
  await store.write("kept/file/x", "1");
  // a folder stands where the file should go
  await expect(store.write("kept/file", "2")).rejects.toThrow();
  expect(readdirSync(join(root, "kept"))).toEqual(["file"]);
});
