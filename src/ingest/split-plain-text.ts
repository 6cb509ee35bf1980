import type { Block, Section } from "./section.ts";

/** One section of what blank lines separate: paragraphs, lists, questions with their answers. */
export const splitPlainText = (text: string): readonly Section[] => {
  const blocks: Block[] = [];
  let line = 1;
  let lists = 0;
  for (const part of text.split(/(\n\s*\n)/)) {
    const paragraph = part.trim();
    if (paragraph) {
      const leading = part.slice(0, part.indexOf(paragraph)).split("\n").length - 1;
      blocks.push(...blocksOf(paragraph, { line: line + leading, list: (lists += 1) }));
    }
    line += part.split("\n").length - 1;
  }
  return blocks.length > 0 ? [{ heading: "", kind: "prose", blocks }] : [];
};

const itemLine = /^([-*•–]|\d{1,3}[.)]) +(?=\S)/;
const questionLine = /^q(?:uestion)?\s?\d{0,3}[.:]\s/i;
const answerLine = /^a(?:nswer)?\s?\d{0,3}[.:]\s/i;

/** The lines of a paragraph belong together, unless marks at their beginnings say that each is an item, or a question. */
const blocksOf = (
  paragraph: string,
  { line: first, list }: { readonly line: number; readonly list: number },
): readonly Block[] => {
  const blocks: { kind: Block["kind"]; text: string; line: number; list?: number; depth?: number }[] = [];
  for (const [place, raw] of paragraph.split("\n").entries()) {
    const text = raw.trim();
    const line = first + place;
    const mark = itemLine.exec(text)?.[1];
    const last = blocks.at(-1);
    if (questionLine.test(text))
      blocks.push({ kind: "question", text: text.replace(questionLine, ""), line });
    else if (answerLine.test(text))
      blocks.push({ kind: "paragraph", text: text.replace(answerLine, ""), line });
    else if (mark !== undefined && isList(paragraph))
      blocks.push({ kind: /\d/.test(mark) ? "step" : "item", text, line, list, depth: 1 });
    else if (last) last.text += ` ${text}`;
    else blocks.push({ kind: "paragraph", text, line });
  }
  return blocks;
};

/** A line that begins with a dash is no list by itself. */
const isList = (paragraph: string): boolean =>
  paragraph.split("\n").filter((line) => itemLine.test(line.trim())).length > 1;
