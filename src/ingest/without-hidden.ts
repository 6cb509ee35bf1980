import MarkdownIt from "markdown-it";

export interface Shown {
  /** The same lines, so that line numbers stay right. */
  readonly text: string;
  /** The first mark that nothing closes. */
  readonly unclosed?: { readonly mark: string; readonly line: number };
}

/** A mark that opens what is hidden. Escaped ones, and those in code, are text. */
const openings = /<!--|<(?:script|style)(?=[\s/>])/gi;
const openingsOfPages = /\\[!-/:-@[-`{-~]|`+|%%|<!--|<(?:script|style)(?=[\s/>])/gi;

/**
 * Blanks what visitors of a Markdown page never see, outside code: HTML comments, scripts, styles, and comments of
 * Obsidian (`%% … %%`). A mark that nothing closes hides the rest of its paragraph; at the beginning of a line, the
 * rest of the page, as in browsers and in Obsidian. Takes time in proportion to the page.
 */
export const withoutHidden = (page: string): Shown => {
  if (!/%%|<!--|<script|<style/i.test(page)) return { text: page };
  let shown: Shown = { text: page };
  for (let round = 1; ; round += 1) {
    // where comments cut code again and again, rather none is code than a comment is shown
    const code = round > maxRounds ? [] : codeIn(shown.text);
    const { cutsCode, ...rest } = scan(shown.text, code);
    shown = { ...rest, ...shown, text: rest.text };
    if (!cutsCode) return shown;
  }
};

const maxRounds = 10;

/** The same in a text without code: HTML that is whole. A mark that nothing closes is a word like others. */
export const withoutHiddenHtml = (text: string): string => {
  const endOf = createEndOf(text);
  const marks = new RegExp(openings);
  let shown = "";
  let kept = 0;
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    const end = endOf(found[0], found.index);
    if (end === undefined) continue;
    shown += text.slice(kept, found.index) + lineBreaksOf(text.slice(found.index, end));
    kept = end;
    marks.lastIndex = end;
  }
  return shown + text.slice(kept);
};

interface Range {
  readonly start: number;
  readonly end: number;
}

const scan = (text: string, code: readonly Range[]): Shown & { readonly cutsCode: boolean } => {
  const endOf = createEndOf(text);
  const spanEnd = createSpanEnd(text);
  const paragraphEnd = createParagraphEnd(text);
  const marks = new RegExp(openingsOfPages);
  let shown = "";
  let kept = 0;
  let next = 0;
  let cutsCode = false;
  let unclosed: Shown["unclosed"];
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    const [mark] = found;
    const start = found.index;
    while ((code[next]?.end ?? Infinity) <= start) next += 1;
    const block = code[next];
    if (block && block.start <= start) marks.lastIndex = block.end;
    else if (mark.startsWith("`")) {
      const limit = Math.min(paragraphEnd(start), block?.start ?? text.length);
      marks.lastIndex = spanEnd(start, mark.length, limit) ?? marks.lastIndex;
    } else if (!mark.startsWith("\\")) {
      let end = endOf(mark, start);
      if (end === undefined) {
        const isFirst = isFirstOfLine(text, start);
        // as in "100%%"
        if (mark === "%%" && !isFirst && !/\s/.test(text[start - 1] ?? "")) continue;
        unclosed ??= { mark, line: text.slice(0, start).split("\n").length };
        end = isFirst ? text.length : paragraphEnd(start);
      }
      shown += text.slice(kept, start) + lineBreaksOf(text.slice(start, end));
      kept = end;
      // else they would make code of what follows
      if (isFirstOfLine(text, start)) while (text[kept] === " " || text[kept] === "\t") kept += 1;
      marks.lastIndex = kept;
      while ((code[next]?.end ?? Infinity) <= end) next += 1;
      // the code behind it has to be found again where it holds one half of a fence
      cutsCode = (code[next]?.start ?? Infinity) < end;
      if (cutsCode) break;
    }
  }
  return { text: shown + text.slice(kept), cutsCode, ...(unclosed ? { unclosed } : {}) };
};

/** Behind the mark that closes what is opened at a place; `undefined` where none does. */
type EndOf = (mark: string, start: number) => number | undefined;

/** For ever later places: what is not found once is not searched again. */
const createEndOf = (text: string): EndOf => {
  const missing = new Set<string>();
  const behind = (closing: RegExp, from: number): number | undefined => {
    closing.lastIndex = from;
    return closing.test(text) ? closing.lastIndex : undefined;
  };
  const search = (mark: string, start: number): number | undefined => {
    if (mark === "%%") return behind(/%%/g, start + 2);
    if (mark === "<!--") return behind(/--!?>/g, start + 2);
    const closing = behind(new RegExp(`</${mark.slice(1)}(?=[\\s/>])`, "gi"), start);
    return closing === undefined ? undefined : behind(/>/g, closing);
  };
  return (opening, start) => {
    const mark = opening.toLowerCase();
    const end = missing.has(mark) ? undefined : search(mark, start);
    if (end !== undefined) return end;
    missing.add(mark);
    // as JSX closes a tag
    const [closed] = /^<\w[^<>]*\/>/.exec(text.slice(start, start + 1_000)) ?? [];
    return closed === undefined ? undefined : start + closed.length;
  };
};

/** Where inline code ends that begins at a place, for ever later places. */
const createSpanEnd = (
  text: string,
): ((start: number, length: number, limit: number) => number | undefined) => {
  const runs = new Map<number, number[]>();
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const places = runs.get(run.length) ?? [];
    places.push(index);
    runs.set(run.length, places);
  }
  for (const places of runs.values()) places.reverse();
  return (start, length, limit) => {
    const places = runs.get(length) ?? [];
    while ((places.at(-1) ?? Infinity) <= start) places.pop();
    const place = places.at(-1);
    return place === undefined || place >= limit ? undefined : place + length;
  };
};

const createParagraphEnd = (text: string): ((place: number) => number) => {
  const blank = /\n[ \t]*\n/g;
  let end = -1;
  return (place) => {
    if (place < end) return end;
    blank.lastIndex = place;
    end = blank.exec(text)?.index ?? text.length;
    return end;
  };
};

/** Behind nothing but the marks of lists and quotations, which are short. */
const isFirstOfLine = (text: string, place: number): boolean => {
  const before = text.slice(Math.max(0, place - maxPrefix), place);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return line.length < maxPrefix && /^[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*$/.test(line);
};

const maxPrefix = 100;

const lineBreaksOf = (text: string): string => text.replaceAll(/[^\n]+/g, "");

/** Finds blocks alone: a page is read for its code before it is read for its text. */
const blocks = new MarkdownIt({ html: true });
blocks.core.ruler.enableOnly(["normalize", "block"]);

const codeIn = (page: string): readonly Range[] => {
  const lines = [0];
  for (let at = page.indexOf("\n"); at >= 0; at = page.indexOf("\n", at + 1)) lines.push(at + 1);
  return blocks.parse(page, {}).flatMap(({ type, map }) => {
    if (!map || (type !== "fence" && type !== "code_block")) return [];
    return { start: lines[map[0]] ?? page.length, end: lines[map[1]] ?? page.length };
  });
};
