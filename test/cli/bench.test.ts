import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import * as z from "zod";
import { dist } from "../support/dist.ts";

const run = promisify(execFile);

const reportSchema = z.looseObject({
  sizes: z.array(z.looseObject({ rows: z.record(z.string(), z.record(z.string(), z.number())) })),
});

const steps = [
  "floor",
  "retrieve",
  "retrieveEmbedding",
  "retrieveRepeated",
  "chat",
  "chatRepeated",
  "sequential",
  "parallel",
];

test("measures every step and ends with JSON", async () => {
  const { stdout } = await run(
    process.execPath,
    [join(dist, "bench.cjs"), "--sizes", "20", "--questions", "5"],
    {
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
    },
  );
  expect(stdout).toMatch(/^\(a\) {2}four raw queries/m);
  const json = /^--- JSON ---\n(.*)\n--- end ---\n$/ms.exec(stdout)?.[1] ?? "";
  const report = reportSchema.parse(JSON.parse(json));
  expect(report).toMatchObject({ questions: 5, node: process.version, sizes: [{ size: 20 }] });
  const [{ rows } = { rows: {} }] = report.sizes;
  expect(Object.keys(rows).toSorted()).toEqual(steps.toSorted());
  for (const row of Object.values(rows)) {
    expect(Object.keys(row)).toEqual(["p50", "p95", "p99", "timesFloor"]);
    for (const value of Object.values(row)) expect(value).toBeGreaterThan(0);
  }
});

test("says what is wrong with its words", async () => {
  const failed = run(process.execPath, [join(dist, "bench.cjs"), "--sizes", "many"]);
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^--sizes\.0 must be a whole number\n$/),
  });
});
