import { describe, expect, test } from "@jest/globals";
import { createThoughtCutter } from "../../src/adapters/openai/cut-thoughts.ts";
import type { FinishReason } from "../../src/ports/generator.ts";
import { growthProblem } from "../support/growth.ts";

interface Cut {
  readonly shown: string;
  readonly opensInPrompt: boolean;
  readonly sawThought: boolean;
  /** The most characters that were given and neither shown nor dropped as a thought. */
  readonly held: number;
}

/** What is shown at the end, where what a restart takes back can be taken back. */
const cut = (text: string, size: number, opensInPrompt = false, finishReason: FinishReason = "stop"): Cut => {
  const habits = { opensInPrompt };
  const cutter = createThoughtCutter(habits);
  let shown = "";
  let held = 0;
  for (let start = 0; start < text.length; start += size) {
    const piece = cutter.push(text.slice(start, start + size));
    shown = (piece.restart ? "" : shown) + piece.text;
    held = Math.max(held, Math.min(start + size, text.length) - shown.length);
  }
  const last = cutter.end(finishReason);
  shown = (last.restart ? "" : shown) + last.text;
  return { shown, held, opensInPrompt: habits.opensInPrompt, sawThought: cutter.sawThought() };
};

const cases: readonly (readonly [name: string, text: string, shown: string])[] = [
  ["no thought", "One [1]. a < b <i>c</i> <thin> </thing>", "One [1]. a < b <i>c</i> <thin> </thing>"],
  ["a thought", "<think>\nHm <b>.\n</think>\n\nOne.", "One."],
  ["a thought in a paragraph", "One<think>Hm.</think>, two <think>Hm.</think> three.", "One, two three."],
  ["a thought between paragraphs", "One.\n\n<think>Hm.</think>\n\nTwo.", "One.\n\nTwo."],
  ["another thought in one", "<think>I <reasoning>may</reasoning> think.</think>One.", "One."],
  ["a thought that talks of code", "<think>`x` ``` </think>One <think>Hm.</think>`two`.", "One `two`."],
  ["all spellings", "<thinking>a</thinking><THOUGHT>b</Thought><thoughts>c</thoughts>One.", "One."],
  ["a thought that another spelling does not end", "<think>a</thinking>b</think>One.", "One."],
  ["nothing but a thought", "<think>Hm.</think>\n", ""],
  ["a thought without an end", "One.\n<think>Hm.\n\nOne more.", "One.\n"],
  ["a beginning of a tag at the end", "One <thi", "One <thi"],
  ["an end of a thought alone", "Hm.\n</think>\n\nOne.", "One."],
  ["two ends", "<think>a<think>b</think>c</think>One.", "One."],
  [
    "an inline tag",
    "Write `<think>` or ``<think> ` </think>`` first.",
    "Write `<think>` or ``<think> ` </think>`` first.",
  ],
  ["a backtick that is no code", "5` of <think>Hm.</think>\nit`s.", "5` of \nit`s."],
  [
    "a block of code",
    "So:\n\n```xml\n<think>\nHm.\n</think>\n```\nOne <think>Hm.</think>two.",
    "So:\n\n```xml\n<think>\nHm.\n</think>\n```\nOne two.",
  ],
  [
    "a block of tildes",
    "~~~~\n~~~\n<think>\n```\n~~~~~ \n<think>Hm.</think>One.",
    "~~~~\n~~~\n<think>\n```\n~~~~~ \nOne.",
  ],
  [
    "a block in a list",
    "- ```\n  <think>\n  ```\n- <think>Hm.</think>One.",
    "- ```\n  <think>\n  ```\n- One.",
  ],
  [
    "a block in a quote",
    "> ```\n> <think>\n> ```\n\n<think>Hm.</think>One.",
    "> ```\n> <think>\n> ```\n\nOne.",
  ],
  ["a block without an end", "```\n<think>\n``\nHm.", "```\n<think>\n``\nHm."],
  ["no block amid a line", "One ```\n<think>Hm.</think>two.", "One ```\ntwo."],
  ["code on the line of a fence", "```<think>```<think>Hm.</think>\nOne.", "```<think>```\nOne."],
  ["crossed-out text", "~~One~~ ~<think>Hm.</think>two", "~~One~~ ~two"],
];

describe.each(cases)("a text with %s", (_, text, shown) => {
  test("comes to the same in pieces of any size", () => {
    for (let size = 1; size <= text.length; size += 1)
      expect({ size, shown: cut(text, size).shown }).toEqual({ size, shown });
  });
});

describe("where the template opened the thought before", () => {
  test.each<readonly [string, string, FinishReason, string, boolean]>([
    ["the end of a thought", "Hm <b>.\n</think>\n\nOne.", "stop", "One.", true],
    ["an end that a thought talks about", "I open <think> first.</think>One.", "stop", "One.", true],
    ["no thought", "One. <thi", "stop", "One. <thi", false],
    ["a thought that is cut off", "Hm.", "length", "", true],
    ["a thought that is opened here", "\n<think>Hm.</think>One.", "stop", "One.", false],
    ["a thought after a text", "One.<think>Hm.", "stop", "One.", false],
    ["nothing", "", "stop", "", false],
  ])("an answer with %s comes to the same in pieces of any size", (_, text, finish, shown, opens) => {
    for (let size = 1; size <= text.length + 1; size += 1) {
      const found = cut(text, size, true, finish);
      expect({ size, shown: found.shown, opens: found.opensInPrompt }).toEqual({ size, shown, opens });
    }
  });
});

test.each<readonly [string, boolean]>([
  ["Hm.</think>One.", true],
  ["<think>Hm.</think>One.", false],
  ["<think>a<think>b</think>c</think>One.", false],
  ["`</think>`", false],
])("whether the template opens the thought is learned: %s", (text, opens) => {
  expect(cut(text, 3).opensInPrompt).toBe(opens);
});

const hostile: readonly (readonly [name: string, part: string])[] = [
  ["beginnings of tags", "<think"],
  ["signs of tags", "<"],
  ["thoughts", "<think>a</think>"],
  ["thoughts that are opened", "<think>"],
  ["thoughts that are closed", "</think>"],
  ["backticks", "`"],
  ["backticks and blanks", "` `` ``` "],
  ["rows of backticks of many lengths", "`a``b```c````d`````e``````f"],
  ["blocks", "```\n~~~\n"],
  ["tildes", "~"],
  ["signs of lists", "\n- > 1. "],
  ["lines", "\n"],
  ["blanks", " "],
  ["words", "word "],
];

describe.each(hostile)("of %s", (_, part) => {
  const textOf = (length: number): string => part.repeat(Math.ceil(length / part.length)).slice(0, length);

  test("the cost grows in proportion", async () => {
    for (const size of [8, 64_000])
      expect(await growthProblem((text) => cut(text, size), textOf)).toBeUndefined();
    expect(await growthProblem((text) => cut(text, 8, true), textOf)).toBeUndefined();
  });

  test("at most 300 characters are held back", () => {
    if (/think>/.test(part)) return;
    for (const size of [1, 8]) expect(cut(textOf(3_000), size).held).toBeLessThanOrEqual(300);
  });
});
