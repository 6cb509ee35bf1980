import { mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { create } from "tar";
import { packFolder, unpackInto } from "../src/adapters/chroma/engine-archive/pack-folder.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const megabyte = 1024 * 1024;

/** With what an index has: much that is preallocated, a little in front of it. */
const contents: Readonly<Record<string, Buffer>> = {
  "chroma.sqlite3": Buffer.alloc(1_500_000, "data"),
  "a/data_level0.bin": Buffer.concat([Buffer.alloc(300_000, 7), Buffer.alloc(16_460_000)]),
  "a/only-zeros.bin": Buffer.alloc(3 * megabyte + 17),
  "a/last-byte.bin": Buffer.concat([Buffer.alloc(2 * megabyte), Buffer.from([1])]),
  "a/small.bin": Buffer.alloc(40_000),
  "a/empty.bin": Buffer.alloc(0),
};

const write = (folder: string): void => {
  mkdirSync(join(folder, "a"), { recursive: true });
  for (const [path, content] of Object.entries(contents)) writeFileSync(join(folder, path), content);
};

const root = temporaryFolder();

const scene = (): { readonly from: string; readonly to: string; readonly archive: string } => {
  const folder = mkdtempSync(join(root, "scene-"));
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  write(from);
  mkdirSync(to);
  return { from, to, archive: join(folder, "archive.tar.gz") };
};

async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  const content = readFileSync(file);
  for (let start = 0; start < content.length; start += 1_000) yield content.subarray(start, start + 1_000);
}

/** The files of a folder that are not as they were written, and those that were not. */
const changesIn = (folder: string): readonly string[] => {
  const names = Object.keys(contents);
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name !== "a");
  const other = names.filter(
    (name) =>
      !found.includes(name) || !readFileSync(join(folder, name)).equals(contents[name] ?? Buffer.of()),
  );
  return [...other, ...found.filter((name) => !names.includes(name))];
};

test("a folder comes out of its archive as it went in, and its zeros take no room on disk", async () => {
  const { from, to, archive } = scene();
  const bytes = await packFolder(from, archive);
  expect(bytes).toBe(Object.values(contents).reduce((sum, { length }) => sum + length, 0));
  await unpackInto(to, piecesOf(archive));
  expect(changesIn(to)).toEqual([]);
  expect(statSync(join(to, "a", "data_level0.bin")).blocks * 512).toBeLessThan(1.5 * megabyte);
});

test("an archive that holds its zeros, as those of before, is unpacked too", async () => {
  const { from, to, archive } = scene();
  await create({ cwd: from, file: archive, gzip: true, portable: true }, ["."]);
  await unpackInto(to, piecesOf(archive));
  expect(changesIn(to)).toEqual([]);
});

test("an archive reaches no file outside of its folder", async () => {
  const { from, to, archive } = scene();
  const outside = join(to, "..", "outside");
  writeFileSync(outside, "untouched");
  writeFileSync(join(from, "trimmed.json"), JSON.stringify({ "../outside": 3 }));
  await create({ cwd: from, file: archive, gzip: true, portable: true }, ["."]);
  await expect(unpackInto(to, piecesOf(archive))).rejects.toMatchObject({
    code: "generation_unusable",
    message: "The archive names a file outside of its folder: ../outside.",
  });
  expect(readFileSync(outside, "utf8")).toBe("untouched");
});
