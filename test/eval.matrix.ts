import { expect, jest, test } from "@jest/globals";
import { expectAsMeasured, recallSchema, runBuilt } from "./support/run-eval.ts";
import type { Outcome } from "./support/run-eval.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

// some thousand texts are embedded, which a busy machine may take long for
jest.setTimeout(300_000);

const folder = temporaryFolder();

const evaluate = (fixture: string): Promise<Outcome> =>
  runBuilt("eval", [`test/fixtures/${fixture}`, "--json"], folder);

test("finds and refuses on XQuAD English as well as it did when the threshold was chosen", async () => {
  const result = expectAsMeasured(await evaluate("xquad-en.json"));
  expect(result.questions).toBe(612);
  const { threshold, refusedPresent, refusedAbsent } = result.errsLeast;
  expect(Math.abs(threshold - 0.37)).toBeLessThanOrEqual(0.05);
  expect(refusedAbsent - refusedPresent).toBeGreaterThanOrEqual(result.refusedAbsent - result.refusedPresent);
});

test("finds what a second question asks far more often when it is followed, by a model or by the rule", async () => {
  const { code, stdout, stderr } = await evaluate("conversations.json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { model, rule, alone, outcomes } = recallSchema.parse(JSON.parse(stdout));
  expect(outcomes).toHaveLength(20);
  expect(new Set(outcomes.map(({ corpus }) => corpus)).size).toBe(2);
  expect(model).toBeGreaterThanOrEqual(alone + 0.4);
  expect(rule).toBeGreaterThanOrEqual(alone + 0.4);
});
