import type { Block, Section } from "./section.ts";

/** One section of paragraphs, which blank lines separate. */
export const splitPlainText = (text: string): readonly Section[] => {
  const blocks: Block[] = [];
  let line = 1;
  for (const part of text.split(/(\n\s*\n)/)) {
    const paragraph = part.trim();
    if (paragraph) {
      const leading = part.slice(0, part.indexOf(paragraph)).split("\n").length - 1;
      blocks.push({ text: inOneLine(paragraph), line: line + leading });
    }
    line += part.split("\n").length - 1;
  }
  return blocks.length > 0 ? [{ heading: "", kind: "prose", blocks }] : [];
};

const inOneLine = (paragraph: string): string =>
  paragraph
    .split("\n")
    .map((line) => line.trim())
    .join(" ");
