import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { parseFileSync } from "@swc/core";
import { repository } from "./support/repository.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

interface Report {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
    readonly totalCruised: number;
  };
}

const program = join(repository, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");
const rules = join(repository, ".dependency-cruiser.cjs");

const cruise = async (folder: string, places: readonly string[]): Promise<Report["summary"]> => {
  const words = [program, ...places, "--config", rules, "--output-type", "json"];
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  });
  return (JSON.parse(stdout) as Report).summary;
};

test("no import breaks a rule of .dependency-cruiser.cjs, and there is no circle", async () => {
  const { violations, totalCruised } = await cruise(repository, ["src", "tools"]);
  expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  expect(totalCruised).toBeGreaterThan(300);
});

/** For each rule an import that breaks it: types and late imports count like any other. */
const breaches: readonly (readonly [rule: string, file: string, source: string])[] = [
  ["layer-shared", "src/shared/a.ts", 'import type { X } from "../chat/x.ts";\nexport type A = X;'],
  ["layer-ports", "src/ports/a.ts", 'import type { X } from "../shared/x.ts";\nexport type A = X;'],
  ["layer-telemetry", "src/telemetry/a.ts", 'import type { X } from "../chat/x.ts";\nexport type A = X;'],
  ["layer-config", "src/config/a.ts", 'export const a = () => import("../app/x.ts");'],
  ["layer-engine", "src/engine/a.ts", 'import type { X } from "../config/x.ts";\nexport type A = X;'],
  ["layer-chat", "src/chat/a.ts", 'export const a = () => import("../adapters/x.ts");'],
  ["layer-ingest", "src/ingest/a.ts", 'import type { X } from "../generations/x.ts";\nexport type A = X;'],
  ["layer-generations", "src/generations/a.ts", 'import { x } from "../ingest/x.ts";\nexport const a = x;'],
  ["layer-health", "src/health/a.ts", 'import type { X } from "../http/x.ts";\nexport type A = X;'],
  ["layer-adapters", "src/adapters/a.ts", 'import type { X } from "../config/x.ts";\nexport type A = X;'],
  ["layer-app", "src/app/a.ts", 'import type { X } from "../http/x.ts";\nexport type A = X;'],
  ["layer-http", "src/http/a.ts", 'export const a = () => import("../adapters/x.ts");'],
  ["layer-local-host", "src/local-host/a.ts", 'import type { X } from "../app/x.ts";\nexport type A = X;'],
  ["layer-cli", "src/cli/a.ts", 'import type { X } from "../http/x.ts";\nexport type A = X;'],
  ["layer-web", "src/web/a.ts", 'import type { X } from "../shared/x.ts";\nexport type A = X;'],
  ["deployed-code-stands-alone", "src/a.ts", 'export const a = () => import("../tools/x.ts");'],
  ["protocol-ai-chat", "src/http/ai-chat/a.ts", 'import type { X } from "../mcp/x.ts";\nexport type A = X;'],
  ["protocol-ai-sdk", "src/http/ai-sdk/a.ts", 'import type { X } from "../openai/x.ts";\nexport type A = X;'],
  ["protocol-mcp", "src/http/mcp/a.ts", 'import type { X } from "../ai-sdk/x.ts";\nexport type A = X;'],
  ["protocol-openai", "src/http/openai/a.ts", 'export const a = () => import("../ai-chat/x.ts");'],
  [
    "azure-functions-at-the-edge",
    "src/http/b.ts",
    'import type { HttpHandler } from "@azure/functions";\nexport type B = HttpHandler;',
  ],
  ["sdks-in-adapters", "src/chat/b.ts", 'import type { OpenAI } from "openai";\nexport type B = OpenAI;'],
  ["one-way-to-read-arguments", "src/cli/b.ts", 'export const b = () => import("citty");'],
  ["no-development-packages", "src/chat/c.ts", 'export const c = () => import("marked");'],
  ["no-circles", "src/chat/d.ts", 'import type { E } from "./e.ts";\nexport interface D { e: E }'],
  ["resolvable", "src/chat/f.ts", 'export const f = () => import("./nowhere.ts");'],
];

const planted = temporaryFolder();

test("a planted breach of each rule is named", async () => {
  const plant = (file: string, source: string): void => {
    mkdirSync(dirname(join(planted, file)), { recursive: true });
    writeFileSync(join(planted, file), `${source}\n`);
  };
  symlinkSync(join(repository, "node_modules"), join(planted, "node_modules"), "junction");
  for (const file of ["package.json", "tsconfig.json"])
    plant(file, readFileSync(join(repository, file), "utf8"));
  const places = breaches.flatMap(([, , source]) => /"\.\.\/([\w/-]+)x\.ts"/.exec(source)?.[1] ?? []);
  for (const place of new Set(places)) {
    const target = place.startsWith("tools") ? place : `src/${place}`;
    plant(`${target}x.ts`, "export interface X { readonly x: 1 }\nexport const x = 1;");
    plant(`src/http/${place}x.ts`, "export interface X { readonly x: 1 }\nexport const x = 1;");
  }
  plant("src/chat/e.ts", 'import type { D } from "./d.ts";\nexport interface E { d: D }');
  for (const [, file, source] of breaches) plant(file, source);
  const { violations } = await cruise(planted, ["src", "tools"]);
  const named = new Set(violations.map(({ rule, from }) => `${rule.name}: ${from}`));
  expect(breaches.map(([rule, file]) => `${rule}: ${file}`).filter((breach) => !named.has(breach))).toEqual(
    [],
  );
  // a rule without a planted breach may be one that never catches anything
  const { forbidden } = require(rules) as { forbidden: readonly { readonly name: string }[] };
  expect(forbidden.map(({ name }) => name).toSorted()).toEqual(breaches.map(([rule]) => rule).toSorted());
});

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file));

/** What of a module is more than a type. */
const bodiesOf = (file: string): readonly string[] =>
  parseFileSync(join(repository, file), { syntax: "typescript" }).body.flatMap((item) => {
    const declared = item.type === "ExportDeclaration" ? item.declaration : item;
    const isType =
      ["TsInterfaceDeclaration", "TsTypeAliasDeclaration"].includes(declared.type) ||
      (item.type === "ImportDeclaration" && item.typeOnly);
    return isType ? [] : [declared.type];
  });

test("ports are interfaces and value types alone, without a body", () => {
  const files = filesBelow("src/ports");
  expect(files.length).toBeGreaterThan(8);
  expect(files.flatMap((file) => bodiesOf(file).map((body) => `${file}: ${body}`))).toEqual([]);
  expect(bodiesOf("src/shared/app-error.ts")).toContain("ClassDeclaration");
});

test("settings are read in config alone, and where commands and hosts start", () => {
  const readers = filesBelow("src").filter(
    (file) =>
      !/^src.(?:config|cli|local-host|web)./.test(file) &&
      /process\.env\b/.test(readFileSync(join(repository, file), "utf8")),
  );
  expect(readers).toEqual([]);
});

test("a story that reads dist imports test/support/dist.ts, which keeps it out of npm run test:unit", () => {
  const files = readdirSync(join(repository, "test"), { recursive: true, encoding: "utf8" });
  const reading = files
    .filter((file) => file.endsWith(".ts") && !file.startsWith("faults"))
    .filter((file) =>
      /join\(repository, "dist"|resolve\(["`]dist\b/.test(
        readFileSync(join(repository, "test", file), "utf8"),
      ),
    );
  expect(reading).toEqual([join("support", "dist.ts")]);
});
