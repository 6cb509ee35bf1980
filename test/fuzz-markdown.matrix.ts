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

/** Of a long answer, so that a run of ten thousand ends: a real piece has four or five. */
const charactersPerPiece = 200;

const inlinesOf = (block: Block): void => {
  if ("text" in block && block.type !== "code") parseInlines(block.text);
  if (block.type === "quote") block.blocks.forEach(inlinesOf);
  if (block.type === "list") block.items.flat().forEach(inlinesOf);
  if (block.type === "table") [...block.head, ...block.rows.flat()].forEach((cell) => parseInlines(cell));
};

const readAsItComes = (text: string): void => {
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

test("answers made to hurt cost in proportion to their length", () => {
  expect.hasAssertions();
  const pieces = fc.array(fc.constantFrom(...marks, ...others), { minLength: 1, maxLength: 6 });
  const inputs = fc.sample(pieces, { seed, numRuns }).map((parts) => parts.join(""));
  expectProportion(
    `answers, seed ${seed}`,
    {
      // longer than any answer that a model is allowed
      maxLength: 8_000,
      inputs: inputs.map((piece) => ({
        name: JSON.stringify(piece),
        make: (length: number) => piece.repeat(Math.ceil(length / piece.length)),
      })),
    },
    readAsItComes,
  );
}, 3_600_000);
