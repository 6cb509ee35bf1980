import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { beforeAll, expect, test } from "@jest/globals";
import { createLocalEmbedder, localEmbedderName } from "../../src/adapters/local-model/embedder.ts";
import { createFolderSnapshotStore } from "../../src/adapters/folder-snapshot-store.ts";
import { createGenerationCatalog } from "../../src/generations/generation-catalog.ts";
import { renderManifest } from "../../src/generations/manifest.ts";
import { ingestHere, openApp } from "../support/in-process-app.ts";
import { writeKnowledge } from "../support/knowledge-folder.ts";
import { prepared } from "../support/prepared.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const work = temporaryFolder();
const DATA_DIR = join(work, "data");
const id = "000001-0a1b2c3d";

const group = "identity.email: ana@mill.example\nidentity.phone: 0555 123";
/** As an app of format 1 wrote them: each fact a passage of its own, with the text of its group. */
const records = [
  { id: "a1", text: group, source: "personal/me.json#identity", line: 2, words: "email: ana@mill.example" },
  { id: "a2", text: group, source: "personal/me.json#identity", line: 3, words: "phone: 0555 123" },
  {
    id: "b1",
    text: "Ana grinds rye at the old mill. She sells it on Saturdays.",
    source: "personal/about.md#The mill",
    line: 3,
    words: "The mill\nAna grinds rye at the old mill. She sells it on Saturdays.",
  },
];

beforeAll(async () => {
  const embedder = await createLocalEmbedder(prepared.model);
  const vectors = await embedder.embed(
    records.map(({ words }) => words),
    AbortSignal.timeout(60_000),
  );
  const lines = records.map(({ words, ...record }) =>
    JSON.stringify({
      namespace: "personal",
      ...record,
      embedHash: createHash("sha256").update(words).digest("hex"),
    }),
  );
  const files = {
    "records.jsonl.gz": gzipSync(`${lines.join("\n")}\n`),
    "vectors.f32": Buffer.from(Float32Array.from(vectors.flat()).buffer),
  };
  const folder = join(DATA_DIR, "generations", id);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const manifest = renderManifest({
    format: 1,
    id,
    created: "2026-11-01T00:00:00.000Z",
    embedder: { name: localEmbedderName, dimensions: 384 },
    corpusDigest: "of an older app",
    subject: "Ana",
    namespaces: [
      { name: "personal", topK: 5, threshold: 0.2, role: "facts", passages: 3 },
      { name: "style", topK: 1, threshold: 0, role: "style", passages: 0 },
    ],
    files: Object.entries(files).map(([name, content]) => ({
      name,
      bytes: content.byteLength,
      sha256: createHash("sha256").update(content).digest("hex"),
    })),
  });
  writeFileSync(join(folder, "manifest.json"), manifest);
  await createGenerationCatalog(createFolderSnapshotStore(DATA_DIR)).switchTo(id, undefined);
});

test("a generation of format 1 is served, its facts one record and its sentences quoted", async () => {
  const app = openApp({ DATA_DIR });
  const mail = await app.ask("What is the e-mail address of Ana?");
  expect(mail.message?.content).toContain("ana@mill.example");
  expect(mail.context?.citations.filter(({ source }) => source.endsWith("#identity"))).toHaveLength(1);
  const day = await app.ask("On which day does Ana sell rye?");
  expect(day.message?.content).toContain("Saturdays");
  expect((await app.ask("How far is the moon?")).context?.mode).toBe("refused");
  await app.close();
});

test("the next ingest makes one of format 2", async () => {
  const folder = join(work, "files");
  writeKnowledge(folder, {
    "personal/about.md": "# The mill\n\nAna grinds rye at the old mill. She sells it on Saturdays.\n",
    "personal/me.json": JSON.stringify({ identity: { email: "ana@mill.example", phone: "0555 123" } }),
  });
  const made = await ingestHere(folder, { DATA_DIR });
  const { manifest } = await createGenerationCatalog(createFolderSnapshotStore(DATA_DIR)).content(made);
  expect(manifest).toMatchObject({ format: 2, language: "en", scores: { maybe: expect.any(Number) } });
  const app = openApp({ DATA_DIR });
  expect((await app.ask("Which phone number does Ana have?")).message?.content).toContain("0555 123");
});
