import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";
import type { Block, Section } from "./section.ts";

const parser = new MarkdownIt({ html: true, linkify: false });

/** Splits Markdown along its headings into plain text that keeps its links. */
export const splitMarkdown = (markdown: string): readonly Section[] => {
  const sections: { heading: string; kind: "prose"; blocks: Block[] }[] = [];
  const headings: string[] = [];
  let blocks: Block[] = [];
  let listDepth = 0;
  let row: string[] | undefined;
  let columns: readonly string[] = [];

  const open = (): void => {
    blocks = [];
    sections.push({ heading: headings.filter(Boolean).join(" > "), kind: "prose", blocks });
  };
  const add = (text: string, line: number): void => {
    if (text) blocks.push({ text, line });
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
      case "list_item_open":
        listDepth += 1;
        break;
      case "list_item_close":
        listDepth -= 1;
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
          add(row.map((cell, index) => [columns[index], cell].filter(Boolean).join(": ")).join("; "), line);
          row = undefined;
        }
        break;
      case "table_close":
        columns = [];
        break;
      case "inline": {
        const text = inlineText(token.children ?? []);
        if (headingLevel > 0) {
          headings.length = headingLevel - 1;
          headings[headingLevel - 1] = text;
          open();
        } else if (row) row.push(text);
        else add(listDepth > 0 ? `- ${text}` : text, line);
        break;
      }
      case "fence":
      case "code_block":
        add(token.content.trimEnd(), line);
        break;
      case "html_block":
        add(withoutTags(token.content), line);
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
