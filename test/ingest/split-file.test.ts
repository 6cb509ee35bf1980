import { beforeAll, describe, expect, test } from "@jest/globals";
import { prepared } from "../support/prepared.ts";
import { createLocalEmbedder } from "../../src/adapters/local-model/embedder.ts";
import { splitFile } from "../../src/ingest/split-file.ts";
import type { SplitPassage } from "../../src/ingest/split-file.ts";
import type { Format } from "../../src/ingest/list-knowledge.ts";
import { readPage } from "../../src/ingest/read-page.ts";
import type { Embedder } from "../../src/ports/embedder.ts";

let embedder: Embedder;
beforeAll(async () => {
  embedder = await createLocalEmbedder(prepared.model);
});
const split = (format: Format, text: string): readonly SplitPassage[] => {
  const page = readPage(text, format, new Date());
  return "sections" in page ? splitFile({ path: `n/file.${format}`, ...page }, embedder) : [];
};
const embeddedOf = (passages: readonly SplitPassage[]): readonly string[] =>
  passages.flatMap(({ wordings }) => wordings.flatMap(({ texts }) => texts));
const seen = (passages: readonly SplitPassage[]): readonly unknown[] =>
  passages.map(({ source, line, text }) => [source.replace(/^n\/file\.\w+/, ""), line, text]);

describe("Markdown", () => {
  test("is split along its headings, with path and line", () => {
    const text =
      "Intro.\n\n# One\n\nFirst\nline.\n\n## Two\n\nSecond.\n\n# Three\n\n## Empty\n\n## Four\n\nLast.\n";
    expect(seen(split("markdown", text))).toEqual([
      ["", 1, "Intro."],
      ["#One", 5, "First line."],
      ["#One > Two", 10, "Second."],
      ["#Three > Four", 18, "Last."],
    ]);
  });

  test("becomes plain text that keeps links, lists, tables and code", () => {
    const text = [
      "---\ntitle: x\n---",
      "**Bold** and `code` and [a page](https://a.example) and <https://b.example>.",
      "- one\n- two\n  - deeper",
      "| Year | What |\n|---|---|\n| 1843 | Notes |\n| 1852 | |",
      "```js\nlet a = 1;\n```",
      "<p>Some <b>HTML</b></p>\n\n<!-- a comment -->",
      "> Quoted",
    ].join("\n\n");
    expect(split("markdown", text).map((passage) => passage.text)).toEqual([
      [
        "Bold and code and a page (https://a.example) and https://b.example.",
        "- one\n- two\n  - deeper",
        "Year: 1843; What: Notes\nYear: 1852; What",
        "let a = 1;",
        "Some HTML",
        "Quoted",
      ].join("\n\n"),
    ]);
    expect(split("markdown", text)[0]?.line).toBe(5);
  });

  test("keeps HTML's line breaks and links apart, and what stands between two rules", () => {
    const text =
      '---\n\nFirst.\n\n---\n\n| open |\n|---|\n| 9-12<br>14-18 |\n\nSee <a href="https://a.example">my page</a>.';
    expect(split("markdown", text)[0]?.text).toBe(
      "First.\n\nopen: 9-12 14-18\n\nSee my page (https://a.example).",
    );
  });

  test("is embedded under its heading", () => {
    expect(split("markdown", "# Bees\n\nTwo hives.")[0]?.wordings).toEqual([{ texts: ["Bees\nTwo hives."] }]);
  });
});

describe("long text", () => {
  const sentence = (index: number): string =>
    `Sentence number ${index} tells of the engine and its many wheels.`;
  const long = Array.from({ length: 120 }, (_, index) => sentence(index)).join(" ");

  test("is cut at sentences into passages that the embedder can take whole, which overlap", () => {
    const passages = split("text", long);
    expect(passages.length).toBeGreaterThan(5);
    for (const text of embeddedOf(passages)) expect(embedder.countTokens(text)).toBeLessThanOrEqual(256);
    for (const [index, { text }] of passages.slice(1).entries()) {
      const tail = passages[index]?.text.match(/Sentence number \d+ [^.]+\.$/)?.[0];
      expect(text.startsWith(tail ?? "?")).toBe(true);
    }
    for (let index = 0; index < 120; index += 1) {
      expect(passages.some(({ text }) => text.includes(sentence(index)))).toBe(true);
    }
  });

  test.each([
    ["one word of 5,000 letters", "x".repeat(5_000)],
    ["Chinese without spaces", "分析机是由查尔斯巴贝奇设计的机械通用计算机".repeat(60)],
    ["emoji", "👩‍🔬".repeat(900)],
    ["a photograph in base64", "iVBORw0KGgoAAAANSUhEUgAA".repeat(1_000)],
    ["a sentence without an end", "the engine turns and ".repeat(400)],
  ])("of %s is cut too, and no character is torn", (_, text) => {
    const passages = split("text", text);
    for (const passage of passages) {
      for (const embedded of embeddedOf([passage]))
        expect(embedder.countTokens(embedded)).toBeLessThanOrEqual(256);
      expect(passage.text.isWellFormed()).toBe(true);
      expect(passage.text.length).toBeLessThan(3_100);
    }
  });

  test("below one long heading still fits", () => {
    const heading = "A heading that goes on and on ".repeat(20);
    const texts = embeddedOf(split("markdown", `# ${heading}\n\n${long}`).slice(0, 3));
    for (const text of texts) expect(embedder.countTokens(text)).toBeLessThanOrEqual(512);
  });
});

describe("JSON and YAML", () => {
  test("become facts on dotted paths, grouped by section, found one by one", () => {
    const json = JSON.stringify(
      {
        age: 36,
        basic_identity: { facebook: "https://f.example", names: ["Ada", "Augusta"], nothing: null, "": "x" },
        jobs: [{ name: "Acme", role: "dev" }, { role: "baker" }],
      },
      undefined,
      2,
    );
    const passages = split("json", json);
    const identity =
      "basic_identity.facebook: https://f.example\nbasic_identity.names: Ada, Augusta\nbasic_identity.: x";
    expect(seen(passages)).toEqual([
      ["", 2, "age: 36"],
      ["#basic_identity", 4, identity],
      ["#jobs.Acme", 14, "jobs.Acme.name: Acme\njobs.Acme.role: dev"],
      ["#jobs.2", 18, "jobs.2.role: baker"],
    ]);
    expect(passages[1]?.wordings[0]).toEqual({
      unit: 0,
      texts: [
        "facebook: https://f.example",
        "basic identity facebook: https://f.example",
        "Facebook page, social media profile: https://f.example",
        "basic identity facebook, Facebook page, social media profile",
      ],
    });
    expect(new Set(passages.map(({ id }) => id)).size).toBe(passages.length);
  });

  test("YAML may have several documents, anchors and text blocks", () => {
    const yaml = "a: &x\n  b: one\nc: *x\ntext: |\n  two\n  lines\n---\n- plain\n- list\n";
    expect(seen(split("yaml", yaml))).toEqual([
      ["#a", 2, "a.b: one"],
      ["#c", 2, "c.b: one"],
      ["", 4, "text: two lines\nplain, list"],
    ]);
  });

  test("nothing is converted: a phone number keeps its zero, a version its zero, an id all its digits", () => {
    const yaml =
      "phone: 01712345678\nmobile: +8801712345678\nversion: 1.10\nborn: 1815-12-10\nsmokes: no\nnothing: ~\nempty:\n";
    expect(split("yaml", yaml)[0]?.text.split("\n")).toEqual([
      "phone: 01712345678",
      "mobile: +8801712345678",
      "version: 1.10",
      "born: 1815-12-10",
      "smokes: no",
    ]);
    expect(split("json", '{"id": 123456789012345678901, "off": null, "word": "null"}')[0]?.text).toBe(
      "id: 123456789012345678901\nword: null",
    );
  });

  test("a merge key stands for what it merges", () => {
    expect(seen(split("yaml", "base: &b\n  city: Dhaka\nhome:\n  <<: *b\n  zip: 1207\n"))).toContainEqual([
      "#home",
      2,
      "home.city: Dhaka\nhome.zip: 1207",
    ]);
  });

  test.each([
    ["an alias that points to what holds it", "a: &a\n  - *a\n", /levels deep/],
    [
      "aliases that multiply",
      [
        "l0: &l0 [x, y]",
        ...Array.from({ length: 25 }, (_, n) => `l${n + 1}: &l${n + 1} [*l${n}, *l${n}]`),
      ].join("\n"),
      /more than 20000 facts|levels deep/,
    ],
  ])("%s is refused in words", (_, yaml, expected) => {
    expect(() => split("yaml", yaml)).toThrow(expected);
  });

  test("half of a surrogate pair is refused with its line", () => {
    expect(() => split("json", '{\n"a": "x\\ud800y"}')).toThrow(/surrogate/);
  });

  test("JSON may be indented with tabs and name a key twice", () => {
    expect(seen(split("json", '{\n\t"a": {\n\t\t"b": 1,\n\t\t"b": 2\n\t}\n}'))).toEqual([
      ["#a", 3, "a.b: 1\na.b: 2"],
    ]);
  });
});
