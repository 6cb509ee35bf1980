import { describe, expect, test } from "@jest/globals";
import { cutFollowUps } from "../../src/chat/cut-follow-ups.ts";
import type { FinishReason, GenerationEvent } from "../../src/ports/generator.ts";

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
    else followUps = event.followUps;
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
