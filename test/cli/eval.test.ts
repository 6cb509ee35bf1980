import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { expectAsMeasured, runBuilt } from "../support/run-eval.ts";
import type { Outcome } from "../support/run-eval.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "colophon-eval-test-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (command: "eval" | "ingest", args: readonly string[]): Promise<Outcome> =>
  runBuilt(command, args, join(folder, "data"));

const fileWith = async (content: unknown): Promise<string> => {
  const path = join(folder, "questions.json");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

describe("questions with their own texts", () => {
  test("finds and refuses on a third of XQuAD English", async () => {
    const { source, articles } = JSON.parse(await readFile("test/fixtures/xquad-en.json", "utf8")) as {
      source: string;
      articles: readonly unknown[];
    };
    const third = await fileWith({ source, articles: articles.filter((_, index) => index % 3 === 0) });
    const result = expectAsMeasured(await run("eval", [third, "--json"]));
    expect(result.questions).toBeGreaterThan(150);
  });

  test("refuses everything where the only article is left out", async () => {
    const text = "Ada Lovelace was born in London on 10 December 1815.";
    const questions = [{ question: "When was Ada Lovelace born?", answers: ["10 December 1815"] }];
    const articles = [{ article: "Ada", paragraphs: [{ id: "ada", text, questions }] }];
    const { stdout } = await run("eval", [await fileWith({ source: "a test", articles }), "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      recallAt1: 1,
      refusedPresent: 0,
      refusedAbsent: 1,
      answerHolds: 1,
    });
  });
});

describe("conversations about texts", () => {
  test("needs a model, or what one would say", async () => {
    const conversations = [{ first: "Who?", second: "Why?", expect: ["because"] }];
    const file = { source: "a test", corpora: [{ name: "Ada", knowledge: "knowledge", conversations }] };
    const { code, stderr } = await run("eval", [await fileWith(file)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^"Why\?" cannot be asked with a model: [^\n]+ standAlone\.\n$/);
  });
});

describe("questions to the owner's own files", () => {
  test("says what was found, what was refused, and what was missed", async () => {
    expect(await run("ingest", [resolve("knowledge")])).toMatchObject({ code: 0 });
    const path = await fileWith([
      { question: "When was Ada Lovelace born?", expect: "10 december\n1815" },
      { question: "When was Ada Lovelace born?", expect: "this is said nowhere" },
      { question: "How long do I have to boil potatoes?", expect: "twenty minutes" },
      { question: "How long do I have to boil potatoes?", refuse: true },
      { question: "Who was Ada Lovelace?", refuse: true },
    ]);
    const { code, stdout } = await run("eval", [path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^recall@5 +33\.3 %$/m);
    expect(stdout).toMatch(/^refused wrongly +1 of 3$/m);
    expect(stdout).toMatch(/^refused rightly +1 of 2$/m);
    expect(stdout).toMatch(
      /^ {2}When was Ada Lovelace born\? "this is said nowhere" was not found, the best was /m,
    );
    expect(stdout).toMatch(/^ {2}How long do I have to boil potatoes\? wrongly refused$/m);
    expect(stdout).toMatch(/^ {2}Who was Ada Lovelace\? not refused, because of /m);
  });
});

describe("the least recall", () => {
  const questions = [
    { question: "When was Ada Lovelace born?", expect: "10 December 1815" },
    { question: "When was Ada Lovelace born?", expect: "this is said nowhere" },
  ];

  test("is reached, or the command fails and says by how much", async () => {
    expect(await run("ingest", [resolve("knowledge")])).toMatchObject({ code: 0 });
    const path = await fileWith(questions);
    expect(await run("eval", [path, "--min-recall", "0.5"])).toMatchObject({ code: 0, stderr: "" });
    const low = await run("eval", [path, "--min-recall", "0.85", "--json"]);
    expect(low).toMatchObject({
      code: 1,
      stderr: "recall@5 is 50.0 %, less than the 85.0 % of --min-recall.\n",
    });
    expect(JSON.parse(low.stdout)).toMatchObject({ recallAt5: 0.5 });
  });

  test("counts only questions that expect something, and must be a share", async () => {
    const path = await fileWith([{ question: "How long do I have to boil potatoes?", refuse: true }]);
    expect(await run("eval", [path, "--min-recall", "1"])).toMatchObject({ code: 0, stderr: "" });
    expect(await run("eval", [path, "--min-recall", "85"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "--min-recall must be a number from 0 to 1, not 85.\n",
    });
  });
});

describe("a wrong file", () => {
  test.each([
    ["not JSON", "{", /^\S+questions\.json is not JSON: [^\n]+\.\n$/],
    [
      "an empty list",
      [],
      /^\S+questions\.json is not a file of questions: the file must hold at least one question\.\n$/,
    ],
    [
      "neither expect nor refuse",
      [{ question: "Who?", refuse: true }, { question: "Who?" }],
      /is not a file of questions: 1 must be \{"question", "expect"\} or \{"question", "refuse": true\}\.\n$/,
    ],
    ["no articles", { source: "a test" }, /is not a file of questions: articles [^\n]+\.\n$/],
  ])("is reported in one sentence: %s", async (_, content, sentence) => {
    const { code, stdout, stderr } = await run("eval", [await fileWith(content)]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(sentence);
  });

  test("is reported in one sentence: no such file", async () => {
    const { code, stderr } = await run("eval", [join(folder, "missing.json")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\S+missing\.json cannot be read: ENOENT[^\n]+\.\n$/);
  });
});
