import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ingestHere, openApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const work = temporaryFolder();

const files = {
  "personal/me.md": "# Me\n\nI am Ottilie.\n\n## Where do I live?\n\nIn Ulm.\n\n## Do I swim?\n\nYes.\n",
  "projects/boat.md": "# What did I build?\n\nA boat.\n",
  "style/voice.md": "# How do I write?\n\nBriefly.\n",
};

/** Ingests these files with a `namespaces.json`, if one is given. */
const ingestWith = async (namespaces?: object): Promise<string> => {
  const [folder, data] = [mkdtempSync(join(work, "files-")), mkdtempSync(join(work, "data-"))];
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  if (namespaces) writeFileSync(join(folder, "namespaces.json"), JSON.stringify(namespaces));
  await ingestHere(folder, { DATA_DIR: data });
  return data;
};

const about = async (namespaces?: object): Promise<unknown> => {
  const app = openApp({ DATA_DIR: await ingestWith(namespaces) });
  return (await app.fetch("/api/about")).json();
};

test("where the owner named no starters, headings that ask something are, one of each file", async () => {
  expect(await about()).toEqual({
    starters: ["Where do I live?", "What did I build?"],
    mode: "extractive",
    comments: false,
  });
});

test("an owner who wants no starters gets none", async () => {
  expect(await about({ subject: "Ottilie", starters: [] })).toEqual({
    subject: "Ottilie",
    starters: [],
    mode: "extractive",
    comments: false,
  });
});

test.each([
  ["no list", { starters: "Who are you?" }, /starters/],
  ["blank", { starters: [" "] }, /starters\.0/],
  ["too many", { starters: Array.from({ length: 7 }, (_, index) => `Question ${index}?`) }, /at most 6/],
  ["too long", { starters: [`${"a".repeat(120)}?`] }, /starters\.0: must have at most 120/],
])("starters that are %s are refused in words", async (_, namespaces, words) => {
  await expect(ingestWith(namespaces)).rejects.toThrow(words);
});
