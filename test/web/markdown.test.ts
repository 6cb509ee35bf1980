import { Lexer, Parser } from "marked";
import { describe, expect, test } from "@jest/globals";
import { createGrowingMarkdown } from "../../src/web/markdown/growing-markdown.ts";
import { parseBlocks } from "../../src/web/markdown/parse-blocks.ts";
import type { Block } from "../../src/web/markdown/parse-blocks.ts";
import { parseInlines } from "../../src/web/markdown/parse-inlines.ts";
import type { Inline } from "../../src/web/markdown/parse-inlines.ts";
import { growthProblem } from "../support/growth.ts";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const inlineHtml = (inline: Inline): string => {
  switch (inline.type) {
    case "text":
      return escaped(inline.text);
    case "code":
      return `<code>${escaped(inline.text)}</code>`;
    case "break":
      return "<br>";
    case "link":
      return `<a href="${escaped(inline.address)}">${inline.children.map(inlineHtml).join("")}</a>`;
    default: {
      const name = { strong: "strong", emphasis: "em", deletion: "del" }[inline.type];
      return `<${name}>${inline.children.map(inlineHtml).join("")}</${name}>`;
    }
  }
};
const inlinesHtml = (text: string): string => parseInlines(text).map(inlineHtml).join("");

const blockHtml = (block: Block, isTight = false): string => {
  const cell = (name: string, text: string, align: string | undefined): string =>
    `<${name}${align ? ` align="${align}"` : ""}>${inlinesHtml(text)}</${name}>`;
  switch (block.type) {
    case "paragraph":
      return isTight ? inlinesHtml(block.text) : `<p>${inlinesHtml(block.text)}</p>`;
    case "heading":
      return `<h>${inlinesHtml(block.text)}</h>`;
    case "code":
      return `<pre><code>${escaped(block.text)}</code></pre>`;
    case "rule":
      return "<hr>";
    case "quote":
      return `<blockquote>${block.blocks.map((inner) => blockHtml(inner)).join("")}</blockquote>`;
    case "list": {
      const name = block.start === undefined ? "ul" : "ol";
      const start = (block.start ?? 1) === 1 ? "" : ` start="${block.start}"`;
      const items = block.items.map(
        (blocks) => `<li>${blocks.map((inner) => blockHtml(inner, !block.isLoose)).join("")}</li>`,
      );
      return `<${name}${start}>${items.join("")}</${name}>`;
    }
    case "table": {
      const row = (name: string, cells: readonly string[]): string =>
        `<tr>${cells.map((text, index) => cell(name, text, block.aligns[index])).join("")}</tr>`;
      const rows = block.rows.map((cells) => row("td", cells)).join("");
      return `<table><thead>${row("th", block.head)}</thead>${rows ? `<tbody>${rows}</tbody>` : ""}</table>`;
    }
  }
};

const ours = (text: string): string =>
  parseBlocks(text.split("\n"))
    .map(({ block }) => blockHtml(block))
    .join("");

/** What a well-known parser makes of it, without the differences that no reader sees. */
const theirs = (text: string): string =>
  Parser.parse(Lexer.lex(text, { gfm: true, breaks: true }))
    .replaceAll(/<(\/?)h[1-6]>/g, "<$1h>")
    .replaceAll(/<code class="[^"]*">/g, "<code>")
    .replaceAll(/\s*\n\s*(?=<)|(?<=>)\s*\n\s*/g, "")
    .replaceAll("&#39;", "'");

describe("Markdown as models write it is read as a well-known parser reads it", () => {
  test.each([
    ["paragraphs", "One.\n\nTwo\nlines."],
    ["headings", "# One\n\n## Two ##\n\nThree\n===\n\n####### no heading"],
    ["emphasis", "*a* **b** ***c*** _d_ __e__ ~~f~~ a*b*c snake_case_word 2 * 3 * 4 **bold**text"],
    ["nested emphasis", "**a *b* c** *a **b** c* ***a** b* **a_b_c**"],
    ["unclosed emphasis", "**a b *c d_ ~~e"],
    ["code", "Use `a` and ``b ` c`` and ` d ` and `e"],
    ["links", "[a](https://a.example) [c](<https://c.example/d>) [d](/e)"],
    ["links with brackets", "[a [b] c](https://a.example/x_(y)) [no link] [a]( b c )"],
    ["emphasis in and around links", "**[a](https://a.example)** [**b** c](https://b.example)"],
    [
      "bare addresses",
      "See https://a.example/b?c=d&e=f. (https://b.example/x_(y)) www.c.example, <https://d.example>",
    ],
    ["mail addresses", "Write to ada@example.org or <grace@example.com>."],
    ["escapes", String.raw`\*a\* \[b\](c) \\ \a 1\. d`],
    ["bullet lists", "- a\n- b\n  - c\n    - d\n- e"],
    ["loose lists", "- a\n\n- b\n\n  more of b"],
    ["ordered lists", "1. a\n2. b\n   1. c\n3. d\n\ntext\n\n5. e\n6. f"],
    ["a list right after a paragraph", "Steps:\n- a\n- b\n\nSteps:\n1. a\n2. b"],
    ["two lists with different marks", "- a\n- b\n* c\n* d"],
    ["lists with paragraphs and code", "1. a\n\n   b\n\n   ```\n   c\n   ```\n2. d"],
    ["lazy lines", "- a\nb\n- c\n\n> d\ne"],
    ["quotations", "> a\n> b\n>\n> - c\n> - d\n\n> e\n> > f"],
    ["fenced code", "```js\nconst a = `b`;\n\n<b>\n```\n\n~~~\n```\n~~~\n\n```\nunclosed"],
    ["indented code", "a\n\n    b\n      c\n\nd"],
    ["rules", "a\n\n---\n\n***\n\n- - -\n\nb"],
    ["tables", "| a | b |\n|:--|--:|\n| 1 | `2` |\n| **3** | 4 \\| 5 |\n\nafter"],
    ["tables without edges", "a | b\n--- | :---:\n1 | 2"],
    ["marks for sources", "He was born in 1815 [1], she says [1, 2]."],
    ["numbers that are no list", "In\n1984. the year\n\n1984. item"],
    ["signs of other languages", "**注意：**请看*这里*。 „**Wichtig**“ **«да»**"],
  ])("%s", (_, text) => {
    expect(ours(text)).toBe(theirs(text));
  });
});

/** Reads a text as it comes, in pieces of some characters, with parts that are no elements. */
const stream = (text: string, pieceLength = 5): readonly unknown[] => {
  const partsOf = createGrowingMarkdown<unknown>({
    render: (block) => blockHtml(block),
    renderPlain: (plain) => plain,
    renderGroup: (parts) => [...parts],
    now: () => performance.now(),
  });
  for (let end = pieceLength; end < text.length; end += pieceLength) partsOf(text.slice(0, end), "growing");
  return partsOf(text, "whole");
};

describe("an answer that comes piece by piece", () => {
  test.each([
    "# A\n\nOne **two** [three](https://a.example) [1].\n\n- a\n- b\n  - c\n\n> d\n\n```\ne\n\nf\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThe end.",
    "1. a\n\n   b\n2. c\n\n\n\nAfter\n===\n\nmore `code` and *so\non*.",
  ])("is shown at its end as if it had come at once: %#", (text) => {
    for (const pieceLength of [1, 2, 3, 7, 50]) {
      expect((stream(text, pieceLength).flat(9) as string[]).join("")).toBe(ours(text));
    }
  });

  test("reads nothing again that cannot change any more", () => {
    let rendered = 0;
    const partsOf = createGrowingMarkdown<unknown>({
      render: () => (rendered += 1),
      renderPlain: (plain) => plain,
      renderGroup: (parts) => [...parts],
      now: () => 0,
    });
    const text = "A paragraph.\n\n".repeat(200);
    for (let end = 7; end <= text.length; end += 7) partsOf(text.slice(0, end), "growing");
    // 400 pieces; each reads the last two of 200 paragraphs again
    expect(rendered).toBeLessThan(400 * 4);
  });

  test("text whose rendering takes too long is shown plain, and what follows is not", () => {
    let clock = 0;
    const partsOf = createGrowingMarkdown<string>({
      render: (block) => {
        clock += block.type === "paragraph" && block.text.includes("slow") ? 100 : 1;
        return blockHtml(block);
      },
      renderPlain: (plain) => `plain:${plain}`,
      renderGroup: (parts) => parts.join("|"),
      now: () => clock,
    });
    const text = "**fast**\n\n**slow** one\n\n**fast** again\n\nthe end";
    for (let end = 3; end < text.length; end += 3) partsOf(text.slice(0, end), "growing");
    expect(partsOf(text, "whole").join("|")).toBe(
      "<p><strong>fast</strong></p>|plain:**slow** one|<p><strong>fast</strong> again</p>|<p>the end</p>",
    );
  });

  test.each(["**a ", "[", "`a", "> ", "|a", " ", "word", "https://a.example/"])(
    "costs in proportion to its length: %j again and again",
    async (piece) => {
      const textOf = (length: number): string => piece.repeat(Math.ceil(length / piece.length));
      // a piece of a model's answer has four or five letters; here it has more, so that the test is short
      expect(await growthProblem((text) => stream(text, 40), textOf)).toBeUndefined();
    },
  );
});
