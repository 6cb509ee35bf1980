import { expect, test } from "@jest/globals";
import { recoverFrom } from "../../src/adapters/chroma/open-recovery.ts";

test("an archive that cannot be used is built from the records, except on a full disk", () => {
  const failures = ["generation_unusable", "engine_unavailable", "internal", "disk_full"] as const;
  expect(failures.map((code) => recoverFrom("archive", code).next)).toEqual([
    "the records",
    "the records",
    "the records",
    "free disk space",
  ]);
});

test("records that cannot be built are given up, except on a full disk", () => {
  const failures = ["engine_unavailable", "generation_unusable", "disk_full"] as const;
  expect(failures.map((code) => recoverFrom("records", code).next)).toEqual([
    "give up",
    "give up",
    "free disk space",
  ]);
});

test("only a local copy is kept after a failure, and only if what it holds is not what failed", () => {
  const kept = (["archive", "records", "local copy"] as const).map((origin) =>
    (["engine_unavailable", "disk_full", "generation_unusable"] as const).map(
      (code) => recoverFrom(origin, code).keepCopy,
    ),
  );
  expect(kept).toEqual([
    [false, false, false],
    [false, false, false],
    [true, true, false],
  ]);
});
