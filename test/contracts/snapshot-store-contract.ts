import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { SnapshotStore } from "../../src/ports/snapshot-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString("utf8");
const names = async (store: SnapshotStore, folder: string): Promise<readonly string[]> =>
  (await store.list(folder)).map(({ name }) => name).toSorted();

/** What every store of snapshots promises, wherever it keeps them. */
export const describeSnapshotStore = (name: string, create: () => Promise<SnapshotStore>): void => {
  describe(`${name} as a snapshot store`, () => {
    const local = temporaryFolder();
    const readInPieces = async (path: string): Promise<Buffer | undefined> => {
      const opened = await store.open(path);
      return opened && buffer(opened);
    };
    let store: SnapshotStore;
    beforeAll(async () => {
      store = await create();
    });

    test("gives back what was written", async () => {
      await store.write("a/b/c.txt", "schön & 你好 😀");
      expect(text(await store.read("a/b/c.txt"))).toBe("schön & 你好 😀");
      await store.write("a/b/c.bin", new Uint8Array([0, 255, 128]));
      expect([...((await store.read("a/b/c.bin")) ?? [])]).toEqual([0, 255, 128]);
      await store.write("a/empty", "");
      expect((await store.read("a/empty"))?.byteLength).toBe(0);
    });

    test("takes names of any script", async () => {
      const path = "räume/日本 & 1/50% #2.txt";
      await store.write(path, "here");
      expect(text(await store.read(path))).toBe("here");
      expect(await names(store, "räume")).toEqual(["日本 & 1"]);
      expect(await names(store, "räume/日本 & 1")).toEqual(["50% #2.txt"]);
      await store.remove("räume");
      expect(await store.read(path)).toBeUndefined();
    });

    test("gives nothing where nothing is", async () => {
      await store.write("some/file", "1");
      expect(await store.read("some/other")).toBeUndefined();
      expect(await store.read("no/such/file")).toBeUndefined();
      expect(await store.open("some/other")).toBeUndefined();
      expect(await store.open("no/such/file")).toBeUndefined();
      expect(await store.list("nowhere")).toEqual([]);
      expect(await store.list("no/where")).toEqual([]);
    });

    test("lets one of several write once, and tells the others", async () => {
      const contents = Array.from({ length: 8 }, (_, writer) => `by ${writer}`);
      const written = await Promise.all(contents.map((content) => store.writeOnce("once/7/record", content)));
      expect(written.filter(Boolean)).toHaveLength(1);
      expect(text(await store.read("once/7/record"))).toBe(contents[written.indexOf(true)]);
      expect(await store.writeOnce("once/7/record", "late")).toBe(false);
      expect(text(await store.read("once/7/record"))).toBe(contents[written.indexOf(true)]);
      expect(await store.writeOnce("once/8/record", "another")).toBe(true);
      expect(await names(store, "once")).toEqual(["7", "8"]);
      await store.remove("once/7");
      expect(await store.writeOnce("once/7/record", "again")).toBe(true);
    });

    test("replaces a file by a write", async () => {
      await store.write("again", "a longer first content");
      await store.write("again", "second");
      expect(text(await store.read("again"))).toBe("second");
    });

    test("copies a local file in, whole, and gives it out in pieces", async () => {
      const bytes = randomBytes(5_000_000);
      writeFileSync(join(local, "large"), bytes);
      await store.copyIn("copies/of/large", join(local, "large"));
      expect((await readInPieces("copies/of/large"))?.equals(bytes)).toBe(true);
      expect(bytes.equals((await store.read("copies/of/large")) ?? new Uint8Array())).toBe(true);
      expect(await names(store, "copies/of")).toEqual(["large"]);
    });

    test("opens an empty file", async () => {
      await store.write("nothing", "");
      expect((await readInPieces("nothing"))?.byteLength).toBe(0);
    });

    test("says what it could not copy in, and leaves nothing", async () => {
      await expect(store.copyIn("copies/none", join(local, "none"))).rejects.toMatchObject({
        code: "snapshot_unavailable",
        message: expect.stringMatching(/copies\/none cannot be written: .*ENOENT/),
      });
      expect(await store.read("copies/none")).toBeUndefined();
    });

    test("never shows a reader half of a file", async () => {
      const sizes = [1_000_000, 2_000_000];
      await store.write("big", "0".repeat(1_000_000));
      const seen = new Set<string>();
      const writing = (async () => {
        for (let round = 1; round <= 20; round += 1)
          await store.write("big", String(round % 2).repeat(sizes[round % 2] ?? 0));
      })();
      for (let round = 0; round < 60; round += 1) {
        const content = text(await store.read("big")) ?? "";
        seen.add(`${content.length} times ${[...new Set(content)].join(" and ")}`);
      }
      await writing;
      for (const content of seen) expect(["1000000 times 0", "2000000 times 1"]).toContain(content);
    });

    test("lists files and folders, with their ages in order", async () => {
      await store.write("ages/old", "1");
      await new Promise((resolve) => setTimeout(resolve, 20));
      await store.write("ages/young", "2");
      await store.write("ages/folder/inside", "3");
      expect(await names(store, "ages")).toEqual(["folder", "old", "young"]);
      expect(await names(store, "")).toContain("ages");
      const ages = new Map((await store.list("ages")).map(({ name: entry, modified }) => [entry, modified]));
      expect(ages.get("folder")).toBeGreaterThan(0);
      expect(ages.get("young")).toBeGreaterThan(ages.get("old") ?? Infinity);
    });

    test("removes files and folders, and what is not there too", async () => {
      for (const path of ["gone/x", "gone/in/depth/y", "gone/in/z", "gone-not"]) await store.write(path, "1");
      await store.remove("gone/x");
      expect(await names(store, "gone")).toEqual(["in"]);
      await store.remove("gone");
      await store.remove("gone");
      await store.remove("never/was");
      expect(await store.read("gone/in/depth/y")).toBeUndefined();
      expect(await store.list("gone")).toEqual([]);
      expect(text(await store.read("gone-not"))).toBe("1");
      await store.write("gone/x", "back");
      expect(text(await store.read("gone/x"))).toBe("back");
    });

    test("keeps no draft of a write that failed", async () => {
      await store.write("kept/file/x", "1");
      // a folder stands where the file should go
      await expect(store.write("kept/file", "2")).rejects.toMatchObject({ code: "snapshot_unavailable" });
      expect(await names(store, "kept")).toEqual(["file"]);
      expect(text(await store.read("kept/file/x"))).toBe("1");
    });
  });
};
