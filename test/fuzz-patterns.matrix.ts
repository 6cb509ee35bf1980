import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "@swc/core";
import * as fc from "fast-check";
import { expect, test } from "@jest/globals";
import { expectProportion } from "./support/cost-report.ts";

/*
 * Every regular expression of the app is tried with texts made to hurt it: signs that it looks for, over and over,
 * and an end that lets it fail. FUZZ_SEED repeats a run, FUZZ_RUNS says how many texts each is tried with.
 */

const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const textsPerPattern = Number(process.env["FUZZ_RUNS"] ?? 10_000) / 200;

const source = join(__dirname, "..", "src");

/** What runs on the owner's machine with the owner's own words alone. */
const ofOwners = /^(?:cli|local-host)\//;

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
  (path) => /\.tsx?$/.test(path) && !ofOwners.test(path),
);

const patternsIn = (node: unknown): readonly RegExp[] => {
  if (typeof node !== "object" || node === null) return [];
  const { type, pattern, flags } = node as Readonly<Record<string, unknown>>;
  if (type === "RegExpLiteral" && typeof pattern === "string" && typeof flags === "string")
    // one that is tried at a place is tried at all of them: its caller may go from place to place
    return [new RegExp(pattern, `${flags.replaceAll(/[gy]/g, "")}g`)];
  return Object.values(node).flatMap(patternsIn);
};

const patterns = files.flatMap((path) => {
  const text = readFileSync(join(source, path), "utf8");
  return patternsIn(parseSync(text, { syntax: "typescript", tsx: path.endsWith("x") })).map((pattern) => ({
    path,
    pattern,
  }));
});

/** The signs that a pattern names, and one of each class that it may look for. */
const signsOf = (pattern: RegExp): readonly string[] => {
  const named = pattern.source.replaceAll(/\\[a-zA-Z](?:\{\w+\})?|\{\d+,?\d*\}/g, "").match(/./gsu) ?? [];
  const words = pattern.source.split(/\\.|[^A-Za-z ]+/).filter((word) => word.length > 1);
  return [...new Set([...named, ...words, " ", "\n", "\t", "a", "Z", "0", "é", "…", "\u0310", "_"])];
};

const hostileTexts = (
  pattern: RegExp,
): readonly { readonly start: string; readonly piece: string; readonly end: string }[] => {
  const sign = fc.constantFrom(...signsOf(pattern));
  const few = fc.array(sign, { maxLength: 2 }).map((signs) => signs.join(""));
  const piece = fc.array(sign, { minLength: 1, maxLength: 3 }).map((signs) => signs.join(""));
  const sampled = fc.sample(fc.record({ start: few, piece, end: few }), { seed, numRuns: textsPerPattern });
  return [...signsOf(pattern).map((one) => ({ start: "", piece: one, end: "\u0001" })), ...sampled];
};

test("patterns take their time in proportion to the text", () => {
  expect(patterns.length).toBeGreaterThan(100);
  const inputs = patterns.flatMap(({ path, pattern }) =>
    hostileTexts(pattern).map(({ start, piece, end }) => ({
      name: `${path} ${pattern} ${JSON.stringify([start, piece, end])}`,
      make: (length: number) => start + piece.repeat(Math.ceil(length / piece.length)) + end,
      pattern,
    })),
  );
  const byName = new Map(inputs.map(({ name, pattern }) => [name, pattern]));
  expectProportion(`patterns, seed ${seed}`, { inputs, maxLength: 64_000 }, (text, name) => {
    for (const _ of text.matchAll(byName.get(name) ?? /$/g));
  });
}, 1_200_000);
