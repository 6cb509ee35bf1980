import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { repository } from "../support/repository.ts";
import { analyseQuery } from "./kusto/analyse-query.ts";

const folder = join(repository, "infra", "queries");
const queries = new Map(
  readdirSync(folder).map((file) => [file.replace(".kql", ""), readFileSync(join(folder, file), "utf8")]),
);

/** What the workbook's plots, the alerts' mails and their readers rely on. */
const results: Readonly<Record<string, string>> = {
  "alert-answers-failing": "failed: long, asked: long, codes: dynamic",
  "alert-answers-slow": "slow: long, asked: long",
  "alert-model-failing": "failed: long, asked: long, codes: dynamic",
  "alert-self-test-failing": "name: string, timestamp: datetime, message: string",
  "answers-by-mode": "timestamp: datetime, ending: string, answers: long, degraded: long",
  "cold-starts":
    "timestamp: datetime, instance: string, requestId: string, byVisitor: bool, from: string, copyMs: real, engineMs: real, checkMs: real, firstWordsMs: real, durationMs: real",
  "cost-by-day":
    "timestamp: datetime, selfTest: bool, answers: long, promptTokens: long, completionTokens: long, costUsd: real",
  "engine-restarts": "timestamp: datetime, instance: string, restarts: real",
  "errors-by-kind":
    "code: string, step: string, namespace: string, byVisitors: bool, errors: long, requests: long, lastSeen: datetime, lastMessage: string",
  feedback:
    "timestamp: datetime, rating: string, mode: string, question: string, comment: string, answerId: string",
  "one-request":
    "timestamp: datetime, table: string, what: string, durationMs: real, success: string, code: string, namespace: string, found: long, customDimensions: dynamic",
  refusals: "question: string, asked: long, lastAsked: datetime, requestId: string",
  "self-test-history":
    "timestamp: datetime, name: string, runs: long, failed: long, slowestMs: real, oneFailure: string",
  "slow-steps":
    "step: string, namespace: string, runs: long, failed: long, p50: real, p95: real, slowest: real",
  "waiting-time": "timestamp: datetime, p50: real, p95: real",
};

test("the language service sees what is wrong with a query", () => {
  const { problems } = analyseQuery("requests\n| where durations > 10\n| tak 5");
  expect(problems[0]).toMatch(/^line 2: .*'durations'/);
  expect(problems[1]).toMatch(/^line 3: /);
});

test("every query says what it answers, is understood, and gives the columns that others rely on", () => {
  const analysed = [...queries].map(([name, query]) => {
    const { problems, columns } = analyseQuery(query);
    const first = /^\/\/ .+\?/.test(query) ? [] : ["line 1: says no question that it answers"];
    return [name, [...first, ...problems].join("\n") || columns.join(", ")];
  });
  expect(Object.fromEntries(analysed)).toEqual(results);
});

interface WorkbookItem {
  readonly type: number;
  readonly content: {
    readonly title?: string;
    readonly query?: string;
    readonly visualization?: string;
    readonly timeContextFromParameter?: string;
    readonly parameters?: readonly { readonly name: string }[];
    readonly chartSettings?: {
      readonly xAxis: string;
      readonly yAxis: readonly string[];
      readonly group?: string;
    };
  };
}

test("the workbook plots columns that its queries give: time or names along, numbers up", () => {
  const text = readFileSync(join(repository, "infra", "workbook.json"), "utf8");
  const { items } = JSON.parse(text) as { items: readonly WorkbookItem[] };
  const parameters = items.flatMap(({ content }) => content.parameters?.map(({ name }) => name) ?? []);
  const shown = items.filter(({ type }) => type === 3);
  const plots = shown.filter(({ content }) => content.visualization !== "table");
  const wrong = shown.flatMap(({ content }) => {
    const name = content.query?.replace("@", "") ?? "";
    const columns = new Map(
      results[name]?.split(", ").map((column) => column.split(": ") as [string, string]),
    );
    const { xAxis, yAxis = [], group } = content.chartSettings ?? {};
    return [
      ...(columns.size > 0 ? [] : ["has no such query"]),
      ...(content.timeContextFromParameter === "TimeRange" ? [] : ["keeps to no time range"]),
      ...[xAxis, group].filter((column) => column && !columns.has(column)),
      ...yAxis.filter((column) => !["long", "real"].includes(columns.get(column) ?? "")),
    ].map((problem) => `${name}: ${problem}`);
  });
  expect(wrong).toEqual([]);
  expect(plots.length).toBeGreaterThan(5);
  expect(parameters).toContain("TimeRange");
  const asked = [...queries.values()].flatMap((query) => [...query.matchAll(/"\{(\w+)\}"/g)]);
  expect(parameters).toEqual(expect.arrayContaining(asked.map(([, name]) => name)));
  const stored = [...queries.keys()].filter((name) => !name.startsWith("alert-"));
  expect(new Set(shown.map(({ content }) => content.query))).toEqual(
    new Set(stored.map((name) => `@${name}`)),
  );
});
