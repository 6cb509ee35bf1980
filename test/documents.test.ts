import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { exampleSettings, settingsTable } from "../src/config/describe-settings.ts";
import { readConfig } from "../src/config/read-config.ts";
import { repository } from "./support/run-node.ts";

const read = (file: string): string => readFileSync(join(repository, file), "utf8");

test("the README's table of settings is the schema's (npm run settings writes it)", () => {
  expect(read("README.md")).toContain(`<!-- settings -->\n${settingsTable()}\n<!-- /settings -->`);
});

test("local.settings.example.json holds every setting, and is right as it stands", () => {
  expect(read("local.settings.example.json")).toBe(exampleSettings());
  const { Values } = JSON.parse(exampleSettings()) as { Values: Record<string, string> };
  expect(readConfig({ ...Values, KNOWLEDGE_DIR: "" })).toEqual(readConfig({}));
});

test("every command that the README names exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = [...read("README.md").matchAll(/npm (?:run ([a-z:]+)|(start|test)\b)/g)].map(
    ([, run, short]) => run ?? short ?? "",
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !scripts[name])).toEqual([]);
});
