import { table } from "../../src/cli/lib/table.ts";
import type { Row } from "./scene.ts";

const columns = ["fault", "requests", "failed", "wrong", "degraded", "slowest", "recovery", "result"];

/** Whether a row that was run is as it should be. */
export const holds = ({ judgement, problems }: Row): boolean =>
  judgement !== undefined && judgement.failed === 0 && judgement.wrong === 0 && problems.length === 0;

/** What was verified, and what was wrong, as it becomes known. */
export const renderDetails = (row: Row): string => {
  if (row.notRun !== undefined) return `${row.title}: not run: ${row.notRun}`;
  return [
    `${row.title}: ${holds(row) ? "passed" : "FAILED"}`,
    ...row.verified.map((what) => `  + ${what}`),
    ...row.problems.map((what) => `  - ${what}`),
  ].join("\n");
};

/** All rows; times in milliseconds. */
export const renderTable = (rows: readonly Row[]): string =>
  table(
    columns,
    rows.map((row) => {
      const { title, notRun, judgement, recoveryMs } = row;
      if (notRun !== undefined) return [title, "", "", "", "", "", "", "not run"];
      const { requests = "", failed = "", wrong = "", degraded = "", slowestMs } = judgement ?? {};
      const result = holds(row) ? "passed" : "FAILED";
      return [title, requests, failed, wrong, degraded, rounded(slowestMs), rounded(recoveryMs), result];
    }),
  );

const rounded = (durationMs: number | undefined): string =>
  durationMs === undefined ? "-" : String(Math.round(durationMs));
