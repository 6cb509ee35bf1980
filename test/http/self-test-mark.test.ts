import { expect, test } from "@jest/globals";
import { createSelfTestMark, selfTestHeader } from "../../src/health/self-test/mark.ts";

const key = "the-function-key";
const minute = 60_000;
const marked = (mark: string) => ({ headers: new Headers({ [selfTestHeader]: mark }) });

test("a process knows the marks of every other that has the same function key, for some minutes", () => {
  const made = createSelfTestMark(key).sign(0);
  const elsewhere = createSelfTestMark(key);
  expect(elsewhere.isOn(marked(made), 4 * minute)).toBe(true);
  expect(elsewhere.isOn(marked(made), -4 * minute)).toBe(true);
  expect(elsewhere.isOn(marked(made), 6 * minute)).toBe(false);
  expect(elsewhere.isOn({ headers: new Headers() }, 0)).toBe(false);
});

test("a caller without the key cannot make one, nor prolong one", () => {
  const mark = createSelfTestMark(key);
  const [time = "", signature = ""] = mark.sign(0).split(".");
  for (const forged of [
    createSelfTestMark("another key").sign(0),
    createSelfTestMark(undefined).sign(0),
    `${time}.${"A".repeat(43)}`,
    `${time.replace("0-", `${10 * minute}-`)}.${signature}`,
    `${time}.${signature.slice(0, -1)}`,
    `${time}.`,
    key,
    "true",
    "",
  ]) {
    for (const now of [0, 10 * minute])
      expect([forged, mark.isOn(marked(forged), now)]).toEqual([forged, false]);
  }
});

test("without a function key a process knows its own marks alone", () => {
  const mark = createSelfTestMark(undefined);
  expect(mark.isOn(marked(mark.sign(0)), 0)).toBe(true);
  expect(createSelfTestMark(undefined).isOn(marked(mark.sign(0)), 0)).toBe(false);
});
