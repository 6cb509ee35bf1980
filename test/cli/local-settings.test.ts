import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { dist } from "../support/dist.ts";
import { repository } from "../support/repository.ts";
import { runNode } from "../support/run-node.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const app = temporaryFolder();
mkdirSync(join(app, "dist"));
copyFileSync(join(repository, "package.json"), join(app, "package.json"));
copyFileSync(join(dist, "generations.cjs"), join(app, "dist", "generations.cjs"));

test.each([
  ["is not JSON", "{ Values }", "is not valid JSON: "],
  ["is encrypted", '{"IsEncrypted":true,"Values":{}}', "is encrypted: only Core Tools can read it."],
  ["is a list", "[]", "must hold a JSON object."],
  ["has a list of values", '{"Values":["PORT"]}', '"Values" in '],
  ["has a value that is an object", '{"Values":{"PORT":{}}}', "The value of PORT in "],
])("a local.settings.json that %s ends a command with one sentence", async (_what, text, message) => {
  const path = join(app, "local.settings.json");
  writeFileSync(path, text);
  const script = relative(dist, join(app, "dist", "generations.cjs"));
  const run = runNode(script, { env: { DATA_DIR: join(app, "data") } });
  expect(await run.exited).toBe(1);
  expect(run.err).toEqual([expect.stringContaining(message)]);
  expect(run.err[0]).toContain(path);
});
