/** A part of a Markdown text that stands for itself. The texts in it are for `parseInlines`, except that of code. */
export type Block =
  | { readonly type: "paragraph" | "heading" | "code"; readonly text: string }
  | { readonly type: "rule" }
  | { readonly type: "quote"; readonly blocks: readonly Block[] }
  | List
  | Table;

export interface List {
  readonly type: "list";
  /** The first number; `undefined` for a list without an order. */
  readonly start: number | undefined;
  /** Its items stand apart, as paragraphs do. */
  readonly isLoose: boolean;
  readonly items: readonly (readonly Block[])[];
}

export interface Table {
  readonly type: "table";
  readonly aligns: readonly ("left" | "right" | "center" | undefined)[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A block and the lines that it takes; `to` is the first line after it. */
interface Placed<B extends Block = Block> {
  readonly block: B;
  readonly from: number;
  readonly to: number;
}

type Lines = readonly string[];

/** Lists and quotations nested deeper are text: each level reads its lines once more. */
const maxDepth = 12;

/**
 * Splits lines into blocks as CommonMark does, with the tables of GitHub; HTML and definitions of links are text.
 * The time taken is in proportion to the text.
 */
export const parseBlocks = (lines: Lines, depth = 0): readonly Placed[] => {
  const blocks: Placed[] = [];
  for (let at = 0; at < lines.length;) {
    const placed = isBlank(lines, at) ? undefined : readBlock(lines, at, depth);
    if (placed) blocks.push(placed);
    at = placed?.to ?? at + 1;
  }
  return blocks;
};

const readBlock = (lines: Lines, from: number, depth: number): Placed =>
  readIndentedCode(lines, from) ??
  readFencedCode(lines, from) ??
  readHeading(lines, from) ??
  readRule(lines, from) ??
  (depth < maxDepth ? (readQuote(lines, from, depth) ?? readList(lines, from, depth)) : undefined) ??
  readTable(lines, from) ??
  readParagraph(lines, from);

/** Whether a paragraph ends before this line without a blank one. An empty item is text there, and so is one with number 2. */
const interrupts = (lines: Lines, at: number): boolean =>
  startsByMark(lines, at) || tableHead(lines, at) !== undefined;

const startsByMark = (lines: Lines, at: number): boolean => {
  const line = lineOf(lines, at);
  if (indentOf(line) > 3) return false;
  const item = itemOf(line);
  return (
    fenceOf(line) !== undefined ||
    readHeading(lines, at) !== undefined ||
    readRule(lines, at) !== undefined ||
    quotePattern.test(line) ||
    (item !== undefined && item.text.trim() !== "" && (item.start ?? 1) === 1)
  );
};

const readIndentedCode = (lines: Lines, from: number): Placed | undefined => {
  let to = from;
  for (let at = from; at < lines.length && (indentOf(lineOf(lines, at)) > 3 || isBlank(lines, at)); at += 1) {
    if (!isBlank(lines, at)) to = at + 1;
  }
  if (to === from) return undefined;
  const text = lines.slice(from, to).map((line) => withoutIndent(line, 4));
  return { block: { type: "code", text: text.join("\n") }, from, to };
};

interface Fence {
  readonly sign: string;
  readonly length: number;
  readonly indent: number;
}

const fencePattern = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;

const fenceOf = (line: string): Fence | undefined => {
  const mark = fencePattern.exec(line)?.[1];
  return mark ? { sign: mark.charAt(0), length: mark.length, indent: indentOf(line) } : undefined;
};

const closes = ({ sign, length }: Fence, line: string): boolean => {
  const mark = line.trim();
  return mark.length >= length && indentOf(line) <= 3 && mark === sign.repeat(mark.length);
};

const readFencedCode = (lines: Lines, from: number): Placed | undefined => {
  const fence = fenceOf(lineOf(lines, from));
  if (!fence) return undefined;
  let end = from + 1;
  while (end < lines.length && !closes(fence, lineOf(lines, end))) end += 1;
  const text = lines.slice(from + 1, end).map((line) => withoutIndent(line, fence.indent));
  return { block: { type: "code", text: text.join("\n") }, from, to: Math.min(end + 1, lines.length) };
};

const readHeading = (lines: Lines, from: number): Placed | undefined => {
  const mark = /^ {0,3}#{1,6}(?=[ \t]|$)/.exec(lineOf(lines, from))?.[0];
  if (!mark) return undefined;
  const text = lineOf(lines, from).slice(mark.length).trim();
  let end = text.length;
  while (text[end - 1] === "#") end -= 1;
  const isClosed = end === 0 || /[ \t]/.test(text.charAt(end - 1));
  return {
    block: { type: "heading", text: isClosed ? text.slice(0, end).trim() : text },
    from,
    to: from + 1,
  };
};

const readRule = (lines: Lines, from: number): Placed | undefined => {
  const line = lineOf(lines, from);
  if (!/^ {0,3}[-*_]/.test(line)) return undefined;
  const signs = line.replaceAll(/[ \t]/g, "");
  const isRule = signs.length >= 3 && signs === signs.charAt(0).repeat(signs.length);
  return isRule ? { block: { type: "rule" }, from, to: from + 1 } : undefined;
};

const quotePattern = /^ {0,3}>[ \t]?/;

const readQuote = (lines: Lines, from: number, depth: number): Placed | undefined => {
  const content = createContent();
  let to = from;
  for (; to < lines.length; to += 1) {
    const line = lineOf(lines, to);
    if (quotePattern.test(line)) content.add(line.replace(quotePattern, ""));
    else if (to > from && content.takesLazily(lines, to)) content.addLazily(line);
    else break;
  }
  if (to === from) return undefined;
  const blocks = parseBlocks(content.lines, depth + 1).map(({ block }) => block);
  return { block: { type: "quote", blocks }, from, to };
};

/** The lines of a quotation or an item without its marks. */
const createContent = (): {
  readonly lines: string[];
  readonly add: (line: string) => void;
  /** Whether this line goes on with the paragraph that the content ends with, though it has no mark. */
  readonly takesLazily: (lines: Lines, at: number) => boolean;
  readonly addLazily: (line: string) => void;
} => {
  const content: string[] = [];
  let fence: Fence | undefined;
  const endsInText = (): boolean => {
    const last = content.at(-1) ?? "";
    return fence === undefined && last.trim() !== "" && !readHeading([last], 0) && !readRule([last], 0);
  };
  return {
    lines: content,
    add: (line) => {
      content.push(line);
      if (!fence) fence = fenceOf(line);
      else if (closes(fence, line)) fence = undefined;
    },
    takesLazily: (lines, at) =>
      !isBlank(lines, at) && endsInText() && !itemOf(lineOf(lines, at)) && !startsByMark(lines, at),
    // nothing starts within a paragraph on a line with this indent
    addLazily: (line) => content.push(`    ${line.trim()}`),
  };
};

interface Item {
  /** What the marks of one list have in common. */
  readonly sign: string;
  readonly start: number | undefined;
  /** Columns before the content of its other lines. */
  readonly indent: number;
  /** The content of the first line. */
  readonly text: string;
}

const itemOf = (line: string): Item | undefined => {
  const [mark, number, sign = ""] = /^ {0,3}(?:(\d{1,9})(?=[.)]))?([-+*.)])(?=[ \t]|$)/.exec(line) ?? [];
  if (mark === undefined || /[.)]/.test(sign) !== (number !== undefined)) return undefined;
  const rest = line.slice(mark.length);
  const gap = indentOf(rest, mark.length);
  // five or more are one, and then the indent of code
  const width = rest.trim() === "" || gap > 4 ? 1 : gap;
  return {
    sign,
    start: number === undefined ? undefined : Number(number),
    indent: mark.length + width,
    text: withoutIndent(rest, width, mark.length),
  };
};

const readList = (lines: Lines, from: number, depth: number): Placed<List> | undefined => {
  const first = itemOf(lineOf(lines, from));
  if (!first) return undefined;
  const items: (readonly Block[])[] = [];
  let isLoose = false;
  let to = from;
  for (let at = from; at < lines.length;) {
    const item = itemOf(lineOf(lines, at));
    if (item?.sign !== first.sign || readRule(lines, at)) break;
    isLoose ||= at > to;
    const content = itemContent(lines, at, item);
    const blocks = parseBlocks(content, depth + 1);
    isLoose ||= blocks.some((block, index) => block.from > (blocks[index - 1]?.to ?? block.from));
    items.push(blocks.map(({ block }) => block));
    to = at + Math.max(content.length, 1);
    at = to;
    while (at < lines.length && isBlank(lines, at)) at += 1;
  }
  return { block: { type: "list", start: first.start, isLoose, items }, from, to };
};

const itemContent = (lines: Lines, from: number, { indent, text }: Item): Lines => {
  const content = createContent();
  content.add(text);
  // an item may start with one blank line, not with two
  if (text.trim() === "" && isBlank(lines, from + 1)) return [];
  let size = 1;
  for (let at = from + 1; at < lines.length; at += 1) {
    const line = lineOf(lines, at);
    if (isBlank(lines, at)) content.add("");
    else if (indentOf(line) >= indent) content.add(withoutIndent(line, indent));
    else if (content.takesLazily(lines, at)) content.addLazily(line);
    else break;
    if (!isBlank(lines, at)) size = content.lines.length;
  }
  return content.lines.slice(0, size);
};

const readTable = (lines: Lines, from: number): Placed | undefined => {
  const head = tableHead(lines, from);
  if (!head) return undefined;
  const rows: (readonly string[])[] = [];
  let to = from + 2;
  const isRow = (line: string): boolean => indentOf(line) <= 3 && line.trim() !== "" && !itemOf(line);
  for (; isRow(lineOf(lines, to)) && !startsByMark(lines, to); to += 1) {
    rows.push(cellsOf(lineOf(lines, to)).slice(0, head.cells.length));
  }
  return { block: { type: "table", aligns: head.aligns, head: head.cells, rows }, from, to };
};

const tableHead = (
  lines: Lines,
  at: number,
): { readonly cells: readonly string[]; readonly aligns: Table["aligns"] } | undefined => {
  const [head, line] = [lineOf(lines, at), lineOf(lines, at + 1)];
  if (
    !head.includes("|") ||
    indentOf(head) > 3 ||
    !/^ {0,3}[|:-][|: \t-]*$/.test(line) ||
    !line.includes("|")
  )
    return undefined;
  const [cells, marks] = [cellsOf(head), cellsOf(line)];
  if (cells.length !== marks.length || !marks.every((mark) => /^:?-+:?$/.test(mark))) return undefined;
  return {
    cells,
    aligns: marks.map((mark) => {
      if (!mark.endsWith(":")) return mark.startsWith(":") ? "left" : undefined;
      return mark.startsWith(":") ? "center" : "right";
    }),
  };
};

const cellsOf = (line: string): readonly string[] => {
  const cells = line.trim().split(/(?<!\\)\|/);
  const first = cells[0] === "" ? 1 : 0;
  const last = cells.length > 1 && cells.at(-1) === "" ? -1 : undefined;
  return cells.slice(first, last).map((cell) => cell.trim().replaceAll(String.raw`\|`, "|"));
};

const readParagraph = (lines: Lines, from: number): Placed => {
  let to = from + 1;
  const text = (): string =>
    lines
      .slice(from, to)
      .map((line) => line.trim())
      .join("\n");
  for (; to < lines.length && !isBlank(lines, to); to += 1) {
    if (/^ {0,3}(?:=+|-+)[ \t]*$/.test(lineOf(lines, to))) {
      return { block: { type: "heading", text: text() }, from, to: to + 1 };
    }
    if (interrupts(lines, to)) break;
  }
  return { block: { type: "paragraph", text: text() }, from, to };
};

const lineOf = (lines: Lines, at: number): string => lines[at] ?? "";

const isBlank = (lines: Lines, at: number): boolean => lineOf(lines, at).trim() === "";

/** Columns of space before the text; a tab goes to the next multiple of four. */
const indentOf = (line: string, startColumn = 0): number => {
  let column = startColumn;
  for (const character of line) {
    if (character === "\t") column += 4 - (column % 4);
    else if (character === " ") column += 1;
    else break;
  }
  return column - startColumn;
};

/** Takes up to so many columns of space away; of a tab, what is left of it stays as spaces. */
const withoutIndent = (line: string, columns: number, startColumn = 0): string => {
  let column = startColumn;
  let at = 0;
  while (column < startColumn + columns && (line[at] === " " || line[at] === "\t")) {
    column += line[at] === "\t" ? 4 - (column % 4) : 1;
    at += 1;
  }
  return " ".repeat(Math.max(column - startColumn - columns, 0)) + line.slice(at);
};
