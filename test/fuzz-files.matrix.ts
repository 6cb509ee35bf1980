import * as fc from "fast-check";
import { expect, test } from "@jest/globals";
import { readPage } from "../src/ingest/read-page.ts";
import type { Format } from "../src/ingest/list-knowledge.ts";

/*
 * Files made to hurt their reader: what is cheap once, thousands of times; marks that nothing closes; marks in random
 * order. Reading one takes time in proportion to its length, and never shows what is hidden. FUZZ_SEED repeats a run.
 */

const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const small = 16_000;
const factor = 4;

/** A cost that grows with the square of the length is 16 times as high. */
const maxGrowth = 9;

/** Of less than this, noise of the machine is the larger part. */
const noiseMs = 50;

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

const cost = (text: string, format: Format): number => {
  const start = performance.now();
  try {
    readPage(text, format, new Date());
  } catch {
    // refused in words
  }
  return performance.now() - start;
};
const median = (work: () => number): number => [work(), work(), work()].toSorted((a, b) => a - b)[1] ?? 0;

interface Measured {
  readonly name: string;
  readonly ms: number;
  readonly growth: number;
}

/** How much more a text of several times the length costs; nothing for one that is cheap. */
const measure = (name: string, make: (length: number) => string, format: Format): Measured => {
  const long = make(small * factor);
  const first = cost(long, format);
  if (first < noiseMs) return { name, ms: first, growth: 0 };
  const short = make(small);
  const ms = median(() => cost(long, format));
  return {
    name,
    ms,
    growth:
      ms /
      Math.max(
        1,
        median(() => cost(short, format)),
      ),
  };
};

const report = (all: readonly Measured[]): void => {
  const slow = all.filter(({ ms }) => ms >= noiseMs).toSorted((a, b) => b.ms - a.ms);
  const lines = slow
    .slice(0, 12)
    .map(({ name, ms, growth }) => `${name} ${Math.round(ms)} ms, x ${growth.toFixed(1)}`);
  process.stdout.write(
    `files: seed ${seed}, ${all.length} of ${small * factor} characters, over ${noiseMs} ms: ${slow.length}\n${lines.join("\n")}\n`,
  );
  expect(slow.filter(({ ms, growth }) => ms > 3 * noiseMs && growth > maxGrowth)).toEqual([]);
};

test("what is repeated costs in proportion to its length", () => {
  const filled = (beginning: string, piece: string) => (length: number) =>
    beginning + piece.repeat(Math.ceil(length / piece.length));
  report([
    ...beginnings.flatMap((beginning) =>
      repeated.map((piece) =>
        measure(
          JSON.stringify([beginning, piece]),
          filled(beginning, piece),
          beginning === "a" ? "text" : "markdown",
        ),
      ),
    ),
    ...structured.flatMap((piece) =>
      (["json", "yaml"] as const).map((format) =>
        measure(`${format} ${JSON.stringify(piece)}`, filled("", piece), format),
      ),
    ),
  ]);
}, 3_600_000);

test("marks in any order cost in proportion to their length", () => {
  const pieces = fc.array(fc.constantFrom(...repeated, "\n\n", "---\n", "x"), { minLength: 2, maxLength: 6 });
  const inputs = fc.sample(pieces, { seed, numRuns: 300 });
  report(
    inputs.map((parts) => {
      const piece = parts.join("");
      return measure(
        JSON.stringify(piece),
        (length) => piece.repeat(Math.ceil(length / piece.length)),
        "markdown",
      );
    }),
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
