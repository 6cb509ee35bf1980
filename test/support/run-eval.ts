import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect } from "@jest/globals";
import * as z from "zod";
import { dist } from "./dist.ts";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a built command to its end, with a place for its data and no other settings than these. */
export const runBuilt = (
  command: string,
  args: readonly string[],
  dataFolder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Outcome> =>
  new Promise((settle) => {
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], DATA_DIR: dataFolder, ...settings };
    execFile(
      process.execPath,
      [join(dist, `${command}.cjs`), ...args],
      { env, maxBuffer: 10_000_000 },
      (error, stdout, stderr) => settle({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

const resultSchema = z.object({
  questions: z.number(),
  recallAt1: z.number(),
  recallAt5: z.number(),
  refusedPresent: z.number(),
  refusedAbsent: z.number(),
  errsLeast: z.object({ threshold: z.number(), refusedPresent: z.number(), refusedAbsent: z.number() }),
  answerHolds: z.number(),
});

/** On questions of XQuAD English: as well as when the threshold was chosen. */
export const expectAsMeasured = ({ code, stdout, stderr }: Outcome): z.infer<typeof resultSchema> => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const result = resultSchema.parse(JSON.parse(stdout));
  expect(result.recallAt1).toBeGreaterThanOrEqual(0.92);
  expect(result.recallAt5).toBeGreaterThanOrEqual(0.98);
  expect(result.refusedPresent).toBeLessThanOrEqual(0.05);
  expect(result.refusedAbsent).toBeGreaterThanOrEqual(0.85);
  expect(result.answerHolds).toBeGreaterThanOrEqual(0.84);
  return result;
};
