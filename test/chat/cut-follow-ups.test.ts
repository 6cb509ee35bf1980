import { describe, expect, test } from "@jest/globals";
import { cutFollowUps } from "../../src/chat/cut-follow-ups.ts";
import type { FinishReason, GenerationEvent } from "../../src/ports/generator.ts";
import { growthProblem } from "../support/growth.ts";

interface Cut {
  readonly pieces: readonly string[];
  readonly text: string;
  readonly followUps: readonly string[] | undefined;
}

const cut = async (text: string, size: number, finishReason: FinishReason = "stop"): Promise<Cut> => {
  async function* events(): AsyncGenerator<GenerationEvent> {
    for (let start = 0; start < text.length; start += size)
      yield { type: "text", text: text.slice(start, start + size) };
    yield { type: "end", finishReason };
  }
  const pieces: string[] = [];
  let followUps: readonly string[] | undefined;
  for await (const event of cutFollowUps(events())) {
    if (event.type === "text") pieces.push(event.text);
    else if (event.type === "end") followUps = event.followUps;
  }
  return { pieces, text: pieces.join(""), followUps };
};

const cases: readonly (readonly [name: string, text: string, shown: string, followUps: readonly string[]])[] =
  [
    ["no marks", "She was born in 1815 [1].", "She was born in 1815 [1].", []],
    [
      "a block at the end",
      "In 1815 [1].\n\n<<Where was she born?>>\n<<Who was her father?>>\n<<What is Note G?>>",
      "In 1815 [1].",
      ["Where was she born?", "Who was her father?", "What is Note G?"],
    ],
    ["a list", "In 1815.\n- <<Where?>>\n* <<Who?>>\n3. <<Why?>>\n", "In 1815.", ["Where?", "Who?", "Why?"]],
    ["all on one line", "In 1815. <<Where?>> <<Who?>>", "In 1815.", ["Where?", "Who?"]],
    ["amid the text", "In 1815. <<Where?>> She died in 1852.", "In 1815. She died in 1852.", ["Where?"]],
    [
      "no end of a mark, but of its line",
      "In 1815.\n<<Where?\n<<Who?>\nGoodbye.",
      "In 1815.\nGoodbye.",
      ["Where?", "Who?"],
    ],
    ["half a mark at the end", "In 1815.\n<<Where?>>\n<<Who was he", "In 1815.", ["Where?"]],
    [
      "a whole question without its end at the end",
      "In 1815.\n<<Where?>>\n<<Who?>",
      "In 1815.",
      ["Where?", "Who?"],
    ],
    ["a sign of a mark at the end", "In 1815.\n<", "In 1815.", []],
    ["two signs of a mark at the end", "In 1815.\n<<", "In 1815.", []],
    ["a mark in a mark", "In 1815.\n<<Well <<Where?>>", "In 1815.", ["Where?"]],
    ["other scripts", "一八一五年。\n<<她在哪里出生？>>", "一八一五年。", ["她在哪里出生？"]],
    ["code", "x = 1 << 3;\ncat <<EOF\nif (a < b) c();", "x = 1 << 3;\ncat <<EOF\nif (a < b) c();", []],
    ["lists and numbers", "1. One\n2. Two\n- three 3", "1. One\n2. Two\n- three 3", []],
  ];

describe.each(cases)("a text with %s", (_, text, shown, followUps) => {
  test("comes to the same in pieces of any size", async () => {
    for (let size = 1; size <= text.length; size++) {
      const { text: seen, followUps: found } = await cut(text, size, size % 2 ? "stop" : "length");
      expect({ size, seen, found }).toEqual({ size, seen: shown, found: followUps });
    }
  });
});

test("what comes before the marks is not held back", async () => {
  const { pieces } = await cut("One. Two. Three.\n<<Four?>>", 5);
  expect(pieces.length).toBeGreaterThanOrEqual(4);
  expect(pieces[0]).toBe("One.");
});

test("a text that only looks like a mark is shown, however long it goes on", async () => {
  const text = `<<${"a".repeat(20_000)}`;
  expect((await cut(`${text} b`, 7)).text).toBe(`${text} b`);
});

const hostile: readonly (readonly [name: string, text: string])[] = [
  ["blank lines", "\n".repeat(3_200)],
  ["blanks", `a${" ".repeat(3_200)}b`],
  ["blank lines with blanks", "\n \t".repeat(1_000)],
  ["beginnings of lists", "\n- \n* \n1. ".repeat(300)],
  ["signs of a mark", "<".repeat(3_200)],
  ["beginnings of marks", "\n<<a".repeat(800)],
  ["questions in a mark without an end", `<<${"a? ".repeat(1_000)}`],
  ["one long mark", `\n\n<<${"a".repeat(3_200)}?>>`],
];

test.each(hostile)("of %s at most 300 characters are held back", async (_, text) => {
  for (const size of [1, 8, 3_200]) {
    let given = 0;
    let shown = 0;
    let most = 0;
    async function* events(): AsyncGenerator<GenerationEvent> {
      for (let start = 0; start < text.length; start += size) {
        most = Math.max(most, given - shown);
        const piece = text.slice(start, start + size);
        // what is cut of a run of blanks is not held back
        given += piece.replaceAll(/\s/g, "").length;
        yield { type: "text", text: piece };
      }
      most = Math.max(most, given - shown);
      yield { type: "end", finishReason: "stop" };
    }
    for await (const event of cutFollowUps(events()))
      if (event.type === "text") shown += event.text.replaceAll(/\s/g, "").length;
    expect(most).toBeLessThanOrEqual(300);
  }
});

test.each(hostile)("the cost of %s grows in proportion to the answer", async (_, text) => {
  const inPieces = (all: string): Promise<Cut> => cut(all, 8);
  const textOf = (length: number): string => text.repeat(Math.ceil(length / text.length)).slice(0, length);
  expect(await growthProblem(inPieces, textOf)).toBeUndefined();
});

test("a run of blanks is cut, and what follows it is shown", async () => {
  const { text } = await cut(`One.${"\n".repeat(5_000)}Two.${" ".repeat(5_000)}Three.\n<<Four?>>`, 8);
  expect(text).toMatch(/^One\.\n{2,100}Two\. {1,100}Three\.$/);
});

test("the indentation of code is kept", async () => {
  const text = `\`\`\`\nif (a)\n${" ".repeat(40)}b();\n\`\`\``;
  expect((await cut(text, 3)).text).toBe(text);
});
