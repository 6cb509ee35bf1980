import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@jest/globals";
import {
  appBundles,
  commandSources,
  deployedBundles,
  deployedFolders,
  lateBundles,
} from "../tools/build/bundles.ts";

const repository = join(__dirname, "..");
const read = (file: string): string => readFileSync(join(repository, file), "utf8");

test(".funcignore sends the files of dist that are deployed, and no others", () => {
  const sent = read(".funcignore")
    .split("\n")
    .flatMap((line) => (line.startsWith("!/dist/") ? [line.slice("!/dist/".length)] : []));
  expect(sent.sort()).toEqual([...deployedBundles, ...Object.values(deployedFolders)].sort());
});

test("knip starts at every source that is built into a file of its own", () => {
  // comments and the comma before a bracket are all that it has beyond JSON
  const text = read("knip.jsonc")
    .replaceAll(/^\s*\/\/.*$/gm, "")
    .replaceAll(/,(?=\s*[\]}])/g, "");
  const { entry } = JSON.parse(text) as { readonly entry: string[] };
  const entered = new Set(entry.flatMap((pattern) => globSync(pattern, { cwd: repository })));
  const sources = [...commandSources, ...Object.values(appBundles), ...Object.values(lateBundles)];
  const built = sources.flatMap((pattern) => globSync(pattern, { cwd: repository }));
  expect(built.filter((source) => !entered.has(source))).toEqual([]);
  expect(built.length).toBeGreaterThan(sources.length);
});

test("no two sources are built into the same file", () => {
  const sources = [...commandSources, ...Object.values(appBundles), ...Object.values(lateBundles)];
  const names = sources
    .flatMap((pattern) => globSync(pattern, { cwd: repository }))
    .map((path) => basename(path));
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});
