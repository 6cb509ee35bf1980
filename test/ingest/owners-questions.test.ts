import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ingestJob } from "../support/in-process-app.ts";
import { writeKnowledge } from "../support/knowledge-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const work = temporaryFolder();
const questions = [
  { question: "Where is the mill?", expect: "by the river" },
  { question: "What do you grind?", expect: "rye" },
  { question: "How far is the moon?", refuse: true },
];

test("the owner's questions are asked at each ingest, and those that got lost are named", async () => {
  const [folder, DATA_DIR] = [mkdtempSync(join(work, "files-")), mkdtempSync(join(work, "data-"))];
  writeKnowledge(folder, {
    "questions.json": JSON.stringify(questions),
    "personal/mill.md":
      "# The mill\n\nThe mill stands by the river.\n\n## Flour\n\nWe grind rye and spelt.\n",
  });
  const first = await ingestJob({ folder }, { DATA_DIR });
  expect(first.checked).toMatchObject({ answerable: 2, found: 2, toRefuse: 1, refused: 1, lost: [] });

  writeFileSync(
    join(folder, "personal", "mill.md"),
    "# The mill\n\nThe mill stands by the river.\n\n## Oil\n\nWe press oil.\n",
  );
  const second = await ingestJob({ folder }, { DATA_DIR });
  expect(second.checked).toMatchObject({ found: 1, lost: ["What do you grind?"] });
});

test("a questions.json that is none stops the ingest with its form", async () => {
  const folder = mkdtempSync(join(work, "files-"));
  writeKnowledge(folder, { "questions.json": '[{"question": "Who?"}]', "personal/a.md": "# A\n\nText.\n" });
  await expect(ingestJob({ folder }, { DATA_DIR: join(work, "none") })).rejects.toMatchObject({
    code: "ingest_failed",
    message: expect.stringMatching(/^questions\.json is not valid: it must have the form \[\{"question"/),
  });
});
