import { describe, expect, test } from "@jest/globals";
import { afterFailure, mayOpen, noFailures, pollEveryMs } from "../../src/generations/swap-failures.ts";
import type { SwapFailures } from "../../src/generations/swap-failures.ts";
import type { ErrorCode } from "../../src/shared/app-error.ts";

const one = "000001-aaaa";
const two = "000002-bbbb";
const minuteMs = 60_000;

const failing = (times: number, code: ErrorCode, generation: string | undefined = one): SwapFailures => {
  let failures = noFailures;
  for (let time = 0; time < times; time += 1) {
    failures = afterFailure(failures, { generation, code, now: 0, random: 0.5 });
  }
  return failures;
};

/** How long the generation is left alone, to a tenth of a second. */
const pauseMs = (failures: SwapFailures, generation = one): number => {
  let now = 0;
  while (!mayOpen(failures, generation, now)) now += 100;
  return now;
};

describe("a generation that cannot be opened", () => {
  test("is left alone twice as long after each failure, a minute at most", () => {
    const pauses = [0, 1, 2, 3, 4, 8, 20].map((times) => pauseMs(failing(times, "generation_unusable")));
    expect(pauses).toEqual([0, 500, 1_000, 2_000, 4_000, minuteMs, minuteMs]);
  });

  test.each(["disk_full", "snapshot_unavailable"] as const)(
    "for %s, which may end at any moment, is left alone a second at most",
    (code) => {
      expect([1, 2, 3, 20].map((times) => pauseMs(failing(times, code)))).toEqual([500, 1_000, 1_000, 1_000]);
    },
  );

  test("delays no other generation, and a failure of another starts its pauses again", () => {
    const failures = failing(5, "generation_unusable");
    expect(pauseMs(failures, two)).toBe(0);
    const other = afterFailure(failures, { generation: two, code: "internal", now: 0, random: 0.5 });
    expect([pauseMs(other, one), pauseMs(other, two)]).toEqual([0, 500]);
  });

  test("is left alone as before while CURRENT cannot be read", () => {
    const failures = failing(3, "generation_unusable");
    const unread = { generation: undefined, code: "snapshot_unavailable", now: 100, random: 0.5 } as const;
    expect(pauseMs(afterFailure(failures, unread))).toBe(2_000);
  });

  test("is not tried again by all instances at the same moment", () => {
    const pauses = [0, 1].map((random) =>
      pauseMs(afterFailure(noFailures, { generation: one, code: "internal", now: 0, random })),
    );
    expect(pauses).toEqual([400, 700]);
  });
});

describe("CURRENT is looked at", () => {
  const refreshMs = 30_000;
  const everyMs = (failures: SwapFailures, now = 0, isBroken = false): number =>
    pollEveryMs(failures, { refreshMs, isBroken, now });

  test("as often as configured while all is well, and after a failure that stays", () => {
    expect([noFailures, failing(1, "generation_unusable")].map((failures) => everyMs(failures))).toEqual([
      refreshMs,
      refreshMs,
    ]);
  });

  test("twice a second for a minute from when a transient fault began, however often it repeats", () => {
    const began = failing(1, "snapshot_unavailable", undefined);
    const again = { generation: one, code: "disk_full", now: minuteMs / 2, random: 0.5 } as const;
    const still = afterFailure(began, again);
    expect([1, minuteMs - 1, minuteMs].map((now) => everyMs(still, now))).toEqual([500, 500, refreshMs]);
  });

  test("as often as configured once the fault is another, one that stays", () => {
    const failures = failing(1, "disk_full");
    const stays = { generation: one, code: "generation_unusable", now: 1_000, random: 0.5 } as const;
    expect(everyMs(afterFailure(failures, stays), 1_001)).toBe(refreshMs);
  });

  test("twice a second while what is served is broken, and never more seldom than configured", () => {
    expect(everyMs(noFailures, 0, true)).toBe(500);
    expect(pollEveryMs(noFailures, { refreshMs: 0, isBroken: true, now: 0 })).toBe(0);
  });
});
