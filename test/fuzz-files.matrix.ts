import * as fc from "fast-check";
import { expect, test } from "@jest/globals";
import { readPage } from "../src/ingest/read-page.ts";
import type { Format } from "../src/ingest/list-knowledge.ts";
import { expectProportion } from "./support/cost-report.ts";

/*
 * Files made to hurt their reader: what is cheap once, thousands of times; marks that nothing closes; marks in random
 * order. Reading one takes time in proportion to its length, and never shows what is hidden. FUZZ_SEED repeats a run.
 */

const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const maxLength = 64_000;

const repeated: readonly string[] = [
  "%%",
  "%% ",
  "a %%",
  "%%\n",
  "%%\n\n",
  "%%\n```\n%%\n",
  "a %%\n```\n%%\n",
  "<!--",
  "a <!--\n\n",
  "<!-- -",
  "<!-->",
  "<script",
  "<script>",
  "<script x=",
  "a <script\n\n",
  "</script",
  "<script></script",
  "<style",
  "<style/>",
  "a <style x",
  "`",
  "` ",
  "``a`b```",
  "```\n",
  "~~~\n\n    a\n",
  "\\",
  "\\<",
  "<",
  "<a ",
  '<a href="x">',
  '<a href="',
  "</a>",
  "> ",
  ">",
  "- ",
  "1. ",
  "\n",
  " ",
  "\t",
  " \n",
  "a ",
  "a\n",
  "[",
  "![",
  "](",
  "[a](",
  "*a ",
  "**a ",
  "_a",
  "|",
  "|a\n",
  "# a\n",
  "&",
  "\u202E",
  "😀",
];
const beginnings: readonly string[] = [
  "",
  "a",
  "---\n",
  "---\na: ",
  "---\ntitle: x\n---\n",
  "+++\n",
  "+++\na = ",
  '{"a": ',
  '{"',
  "<div>",
  "a\n\n",
  "| a |\n|---|\n",
];
const structured: readonly string[] = [
  "[",
  "{",
  '{"a":',
  "a: ",
  "- ",
  "a:\n ",
  "&a ",
  "*a",
  "? ",
  "'",
  '"',
  "\n",
  " ",
  "# ",
  "{}",
  "a: b\n",
  "x ",
  "---\n",
];

const filled = (beginning: string, piece: string) => (length: number) =>
  beginning + piece.repeat(Math.ceil(length / piece.length));

const reader =
  (format: Format) =>
  (text: string): void => {
    try {
      readPage(text, format, new Date());
    } catch {
      // refused in words
    }
  };

test("what is repeated costs in proportion to its length", () => {
  expect.hasAssertions();
  expectProportion(
    `pages, seed ${seed}`,
    {
      maxLength,
      inputs: beginnings.flatMap((beginning) =>
        repeated.map((piece) => ({
          name: JSON.stringify([beginning, piece]),
          make: filled(beginning, piece),
        })),
      ),
    },
    reader("markdown"),
  );
  for (const format of ["text", "json", "yaml"] as const) {
    expectProportion(
      `${format}, seed ${seed}`,
      {
        maxLength,
        inputs: (format === "text" ? repeated : structured).map((piece) => ({
          name: JSON.stringify(piece),
          make: filled("", piece),
        })),
      },
      reader(format),
    );
  }
}, 3_600_000);

test("marks in any order cost in proportion to their length", () => {
  expect.hasAssertions();
  const pieces = fc.array(fc.constantFrom(...repeated, "\n\n", "---\n", "x"), { minLength: 2, maxLength: 6 });
  const inputs = fc.sample(pieces, { seed, numRuns: 300 }).map((parts) => parts.join(""));
  expectProportion(
    `marks, seed ${seed}`,
    { maxLength, inputs: inputs.map((piece) => ({ name: JSON.stringify(piece), make: filled("", piece) })) },
    reader("markdown"),
  );
}, 3_600_000);

test("what is hidden never shows, and code stays, whatever stands around them", () => {
  const around = fc.constantFrom("a", " ", "\n", "\n\n", "- ", "> ", "# ", "1. ", "**", "|", "---\n", "é");
  const hidden = fc.constantFrom(
    "<!-- SECRET -->",
    "<!--\n\nSECRET\n-->",
    "%%SECRET%%",
    "%%\n\n- SECRET\n```\n%%",
    "<script>\nSECRET\n\n</script>",
    '<style a="b">SECRET</style>',
  );
  const code = fc.constantFrom("\n\n```\n<!-- CODE -->\n```\n\n", "\n\n~~~\n%% CODE %%\n~~~\n\n");
  const page = fc.array(fc.oneof({ weight: 4, arbitrary: around }, hidden, code), { maxLength: 30 });
  fc.assert(
    fc.property(page, (parts) => {
      // indented by four, it would be code
      const text = parts.join("").replaceAll(/ {2,}/g, " ");
      const read = readPage(text, "markdown", new Date());
      const shown = JSON.stringify(read);
      expect(shown).not.toContain("SECRET");
      expect(shown.split("CODE")).toHaveLength(text.split("CODE").length);
    }),
    { seed, numRuns: 3_000 },
  );
}, 600_000);
