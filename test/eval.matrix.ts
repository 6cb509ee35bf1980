import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { repository } from "./support/repository.ts";
import { runBuilt } from "./support/run-eval.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

// some thousand texts are embedded, which a busy machine may take long for
jest.setTimeout(600_000);

/*
 * The measures of `npm run eval -- --all` as they were when this file was written last. One that falls by more than its
 * noise fails; one that rises is worth writing down.
 */
const baseline = JSON.parse(
  readFileSync(join(repository, "test", "fixtures", "eval-baseline.json"), "utf8"),
) as Measures;

type Measures = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The int8 arithmetic of processors differs slightly, and a question of 78 is 1.3 of 100. */
const noise = 0.02;

/** What is better the lower it is. */
const isWorseHigher = (measure: string): boolean => /^(?:wronglyRefused|refusedPresent)/.test(measure);

const folder = temporaryFolder();
let all: Record<string, Record<string, unknown>> = {};
let measured: Measures = {};

beforeAll(async () => {
  const { code, stdout, stderr } = await runBuilt("eval", ["--all", "--json"], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  all = JSON.parse(stdout) as typeof all;
  const numbersOf = (result: object = {}): Record<string, number> => {
    const numbers: Record<string, number> = {};
    for (const [name, value] of Object.entries(result)) if (typeof value === "number") numbers[name] = value;
    return numbers;
  };
  measured = {
    owners: numbersOf(all["owners"]?.["average"] as object),
    "xquad-en": numbersOf(all["xquad-en"]),
    conversations: numbersOf(all["conversations"]),
    "owner-conversations": numbersOf(all["owner-conversations"]),
  };
});

describe.each(Object.entries(baseline))("%s", (corpus, measures) => {
  test.each(Object.entries(measures))("%s does not fall below %f", (measure, before) => {
    const now = measured[corpus]?.[measure] ?? Number.NaN;
    const gain = isWorseHigher(measure) ? before - now : now - before;
    expect(gain).toBeGreaterThanOrEqual(-noise);
  });
});

test("the score below which is refused is near to the one that errs least", () => {
  const { threshold = 0, errsLeast } = all["xquad-en"] as {
    threshold?: number;
    errsLeast?: { threshold: number };
  };
  // scores go to 2.2, similarities to 1
  expect(Math.abs((errsLeast?.threshold ?? 0) - threshold)).toBeLessThanOrEqual(0.11);
});

test.each(["conversations", "owner-conversations"])("%s: 20 are held, and following finds more", (name) => {
  const { rule = 0, alone = 1 } = measured[name] ?? {};
  expect((all[name]?.["outcomes"] as readonly unknown[] | undefined)?.length).toBe(20);
  expect(rule).toBeGreaterThanOrEqual(alone + 0.1);
});
