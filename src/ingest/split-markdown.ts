import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";
import type { Block, Section } from "./section.ts";

const parser = new MarkdownIt({ html: true, linkify: false });

interface OpenSection {
  readonly heading: string;
  readonly kind: "prose";
  readonly blocks: Block[];
}

interface OpenList {
  /** Of the outermost list around it. */
  readonly number: number;
  readonly isOrdered: boolean;
}

/** Splits Markdown along its headings into plain text that keeps its links. */
export const splitMarkdown = (markdown: string): readonly Section[] => {
  const sections: OpenSection[] = [];
  const headings: string[] = [];
  const lists: OpenList[] = [];
  let blocks: Block[] = [];
  let listCount = 0;
  /** What stands before the next text of an item: its mark, until it is used. */
  let mark: string | undefined;
  let row: string[] | undefined;
  let columns: readonly string[] = [];
  let isStrong = false;

  const open = (): void => {
    blocks = [];
    sections.push({ heading: headings.filter(Boolean).join(" > "), kind: "prose", blocks });
  };
  const add = (block: Block): void => {
    if (block.text) blocks.push(block);
  };
  const addText = (text: string, line: number): void => {
    const list = lists.at(-1);
    if (!list || text === "") {
      const kind = isStrong && /[?？؟]$/.test(text) ? "question" : "paragraph";
      add({ kind, text, line });
      return;
    }
    const depth = lists.length;
    const { number, isOrdered } = list;
    const kind = mark === undefined ? "paragraph" : isOrdered ? "step" : "item";
    const indent = "  ".repeat(depth - 1);
    // what follows in an item stands under it
    const below =
      mark === undefined
        ? { text: `${indent}  ${text}`, depth: depth + 1 }
        : { text: `${indent}${mark} ${text}`, depth };
    add({ kind, line, list: number, ...below });
    mark = undefined;
  };

  open();
  let headingLevel = 0;
  for (const token of parser.parse(markdown, {})) {
    const line = (token.map?.[0] ?? 0) + 1;
    switch (token.type) {
      case "heading_open":
        headingLevel = Number(token.tag.slice(1));
        break;
      case "heading_close":
        headingLevel = 0;
        break;
      case "bullet_list_open":
      case "ordered_list_open":
        if (lists.length === 0) listCount += 1;
        lists.push({ number: listCount, isOrdered: token.type === "ordered_list_open" });
        break;
      case "bullet_list_close":
      case "ordered_list_close":
        lists.pop();
        break;
      case "list_item_open":
        mark = lists.at(-1)?.isOrdered ? `${token.info}.` : "-";
        break;
      case "table_open":
        listCount += 1;
        break;
      case "tr_open":
        row = [];
        break;
      case "thead_close":
        columns = row ?? [];
        row = undefined;
        break;
      case "tr_close":
        if (row && columns.length > 0) {
          const cells = row.map((cell, index) => [columns[index], cell].filter(Boolean).join(": "));
          add({ kind: "row", text: cells.join("; "), line, list: listCount });
          row = undefined;
        }
        break;
      case "table_close":
        columns = [];
        break;
      case "inline": {
        const children = token.children ?? [];
        const text = inlineText(children);
        const said = children.filter(({ type, content }) => type !== "text" || content !== "");
        isStrong = said[0]?.type === "strong_open" && said.at(-1)?.type === "strong_close";
        if (headingLevel > 0) {
          headings.length = headingLevel - 1;
          headings[headingLevel - 1] = text;
          open();
        } else if (row) row.push(text);
        else addText(text, line);
        break;
      }
      case "fence":
      case "code_block":
        add({ kind: "code", text: token.content.trimEnd(), line });
        break;
      case "html_block":
        isStrong = false;
        addText(withoutTags(token.content), line);
        break;
      default:
    }
  }
  return sections.filter((section) => section.blocks.length > 0);
};

const withoutTags = (html: string): string => {
  let href: string | undefined;
  return html
    .replaceAll(/<[^<>]+>/g, (tag) => {
      const link = href === undefined ? "" : ` (${href})`;
      if (/^<\/a\b/i.test(tag)) {
        href = undefined;
        return link;
      }
      if (/^<a\s/i.test(tag)) href = hrefOf(tag);
      return " ";
    })
    .replaceAll(/\s+/g, " ")
    .trim();
};

const hrefOf = (tag: string): string | undefined => /^<a\s[^>]*href="([^"]+)"/i.exec(tag)?.[1];

const inlineText = (children: readonly Token[]): string => {
  let text = "";
  let link = { href: "", start: 0 };
  for (const child of children) {
    if (child.type === "text" || child.type === "code_inline" || child.type === "image")
      text += child.content;
    else if (child.type === "softbreak") text += " ";
    else if (child.type === "hardbreak") text += "\n";
    else if (child.type === "html_inline") {
      const href = hrefOf(child.content);
      if (href) link = { href, start: text.length };
      else if (/^<\/a/i.test(child.content)) text += linkText(text, link);
      else text += " ";
    } else if (child.type === "link_open")
      link = { href: String(child.attrGet("href") ?? ""), start: text.length };
    else if (child.type === "link_close") text += linkText(text, link);
  }
  return text.replaceAll(/ {2,}/g, " ").trim();
};

const linkText = (text: string, { href, start }: { readonly href: string; readonly start: number }): string =>
  text.slice(start).includes(href) ? "" : ` (${href})`;
