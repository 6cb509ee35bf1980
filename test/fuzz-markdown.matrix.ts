import * as fc from "fast-check";
import { expect, test } from "@jest/globals";
import { createGrowingMarkdown } from "../src/web/markdown/growing-markdown.ts";
import type { Block } from "../src/web/markdown/parse-blocks.ts";
import { parseInlines } from "../src/web/markdown/parse-inlines.ts";
import { expectProportion } from "./support/cost-report.ts";

/*
 * Answers made to freeze the page: marks that nothing closes, blank runs, long words, control characters, in random
 * order, read as they come. FUZZ_SEED repeats a run, FUZZ_RUNS says how many.
 */

const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Number(process.env["FUZZ_RUNS"] ?? 10_000);

const inlinesOf = (block: Block): void => {
  if ("text" in block && block.type !== "code") parseInlines(block.text);
  if (block.type === "quote") block.blocks.forEach(inlinesOf);
  if (block.type === "list") block.items.flat().forEach(inlinesOf);
  if (block.type === "table") [...block.head, ...block.rows.flat()].forEach((cell) => parseInlines(cell));
};

const readIn = (charactersPerPiece: number, text: string): void => {
  const partsOf = createGrowingMarkdown<unknown>({
    render: inlinesOf,
    renderPlain: (plain) => plain,
    renderGroup: (parts) => parts,
    // nothing counts as slow: the cost of reading it all is what is measured
    now: () => 0,
  });
  for (let end = charactersPerPiece; end < text.length; end += charactersPerPiece)
    partsOf(text.slice(0, end), "growing");
  partsOf(text, "whole");
};

const marks =
  "** * _ __ ~~ ~ ` `` ``` ~~~ [ ] ( ) ![ ]( [a](b) > - + 1. # ## | |- |---| --- === < > <a <b> </b> & &amp; &#8238; \\ \\* \" ' : :: // http:// https://a.example www.a.example a@b.example @ . , ! ?".split(
    " ",
  );
const others = [
  " ",
  "  ",
  "    ",
  "\t",
  "\n",
  "\n\n",
  "\r\n",
  "a",
  "word",
  "é",
  "字",
  "😀",
  "\u0310",
  "\u202E",
  "\0",
  "\u200B",
  "[1]",
  "[1, 2]",
];

const pieces = fc.array(fc.constantFrom(...marks, ...others), { minLength: 1, maxLength: 6 });
const inputs = fc
  .sample(pieces, { seed, numRuns })
  .map((parts) => parts.join(""))
  .map((piece) => ({
    name: JSON.stringify(piece),
    make: (length: number) => piece.repeat(Math.ceil(length / piece.length)),
  }));

test("answers made to hurt are read in proportion to their length", () => {
  expect.hasAssertions();
  expectProportion(`answers, seed ${seed}`, { inputs, maxLength: 16_000 }, (text) =>
    readIn(text.length, text),
  );
}, 1_200_000);

test("answers made to hurt that come token by token are, too", () => {
  expect.hasAssertions();
  // every reading of a piece takes its time: a part of the inputs is enough to see that there are not too many
  const some = inputs.slice(0, numRuns / 50);
  // longer than any answer that a model is allowed
  const maxLength = 8_000;
  expectProportion(`growing answers, seed ${seed}`, { inputs: some, maxLength }, (text) => readIn(5, text));
}, 1_200_000);
