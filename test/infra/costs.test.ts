import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { repository } from "../support/repository.ts";
import { costTable, grantedUse } from "./monthly-costs.ts";

test("docs/costs.md has the table that the prices and quantities come to", () => {
  const page = readFileSync(join(repository, "docs", "costs.md"), "utf8");
  expect(page).toContain(`<!-- costs -->\n${costTable()}\n<!-- /costs -->`);
});

test("the monthly grants cover what the table says they do", () => {
  expect(grantedUse.gbSeconds).toBeLessThan(100_000);
  expect(grantedUse.executions).toBeLessThan(250_000);
  expect(grantedUse.telemetryGb).toBeLessThan(5);
});
