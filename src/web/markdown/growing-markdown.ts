import { parseBlocks } from "./parse-blocks.ts";
import type { Block } from "./parse-blocks.ts";
import { settledMarkdown } from "./settled-markdown.ts";

/** Where a text ends: where its writer goes on, where it was cut, or where its writer meant it to. */
export type Ending = "growing" | "cut" | "whole";

interface Properties<Part> {
  readonly render: (block: Block) => Part;
  readonly renderPlain: (text: string) => Part;
  readonly renderGroup: (parts: readonly Part[]) => Part;
  /** Milliseconds of a clock. */
  readonly now: () => number;
}

/** The text as it is now, in groups of groups of parts; what can't change any more is the same object every time. */
export type GrowingMarkdown<Part> = (text: string, ending: Ending) => readonly Part[];

/** A block that takes longer to render is shown plain, so that the page answers to its visitor again. */
const maxRenderMs = 50;

/** A longer block is plain, too: as elements it takes the browser too long to lay out. Code is one element. */
const maxBlockLength = 20_000;

/** Of a long block, this share has to come before it is read again: all its readings together are then in proportion to it. */
const heldShare = 1 / 32;

/** Up to this length a block is read for every piece of it. */
const shortBlockLength = 1_000;

/** Drawing a piece goes through the parts of the last group and its neighbours, whatever the number of parts. */
const groupSize = 16;

/**
 * Reads Markdown that comes piece by piece. Only the last two blocks are read again: a line that is still
 * being written may change the block before it, and never the one before that.
 */
export const createGrowingMarkdown = <Part>(properties: Properties<Part>): GrowingMarkdown<Part> => {
  const { render, renderPlain, renderGroup, now } = properties;
  let shown: { readonly text: string; readonly ending: Ending; readonly parts: readonly Part[] } | undefined;
  let settled = createGroups(renderGroup);
  let settledLength = 0;
  /** What follows the settled parts was too slow: it is plain up to its first blank line. */
  let isPlain = false;

  const plain = (text: string): Part => renderPlain(withoutHeaps(text));
  const partOf = (block: Block, source: string): { readonly part: Part; readonly isSlow: boolean } => {
    const isLong = source.length > maxBlockLength && block.type !== "code";
    const began = now();
    const part = isLong ? plain(source) : render(block);
    const isSlow = isLong || now() - began > maxRenderMs;
    return { part: isSlow ? plain(source) : part, isSlow };
  };

  /** Gives the parts after the settled ones. */
  const read = (text: string, ending: Ending): readonly Part[] => {
    if (isPlain) {
      const end = text.indexOf("\n\n", settledLength);
      if (end < 0) return [plain(text.slice(settledLength))];
      settled.add(plain(text.slice(settledLength, end)));
      [settledLength, isPlain] = [end + 2, false];
    }
    const rest = text.slice(settledLength);
    const lines = (ending === "whole" ? rest : settledMarkdown(rest)).split("\n");
    const blocks = parseBlocks(lines.map(withoutHeaps));
    const parts = blocks.map(({ block, from, to }) => partOf(block, lines.slice(from, to).join("\n")));
    if (ending !== "growing") return parts.map(({ part }) => part);
    const firstOpen = Math.max(blocks.length - 2, 0);
    const firstSlow = parts.findIndex(({ isSlow }, index) => isSlow && index >= firstOpen);
    const first = firstSlow < 0 ? firstOpen : firstSlow;
    for (const { part } of parts.slice(0, first)) settled.add(part);
    for (const line of lines.slice(0, blocks[first]?.from ?? 0)) settledLength += line.length + 1;
    isPlain = firstSlow >= 0;
    return isPlain ? read(text, ending) : parts.slice(first).map(({ part }) => part);
  };

  return (text, ending) => {
    if (shown && !goesOn(text, ending, shown.text)) {
      // another answer
      [shown, settled, settledLength, isPlain] = [undefined, createGroups(renderGroup), 0, false];
    }
    if (shown?.ending === ending) {
      const grown = text.length - shown.text.length;
      const open = shown.text.length - settledLength;
      const held = ending === "growing" ? (open - shortBlockLength) * heldShare : 0;
      if (grown === 0 || grown < held) return shown.parts;
    }
    const open = read(text, ending);
    shown = { text, ending, parts: settled.with(open) };
    return shown.parts;
  };
};

/** As much of a growing text is compared at each end. */
const comparedLength = 100;

/**
 * Whether a text is the one before with more at its end. A growing one is compared at the ends of what was there: the
 * whole of it for every piece would cost with the square of its length.
 */
const goesOn = (text: string, ending: Ending, before: string): boolean => {
  if (ending !== "growing") return text.startsWith(before);
  const last = Math.max(before.length - comparedLength, 0);
  return (
    text.startsWith(before.slice(0, comparedLength)) && text.slice(last, before.length) === before.slice(last)
  );
};

/** Browsers take seconds to set thousands of accents on one letter, and no language has more than a few. */
const withoutHeaps = (text: string): string =>
  text.replaceAll(/(\p{M}{8})\p{M}+/gu, "$1").replaceAll("\r", "");

interface Groups<Part> {
  readonly add: (part: Part) => void;
  /** All groups, with more parts after the ones that were added. */
  readonly with: (more: readonly Part[]) => readonly Part[];
}

/** A part stays in the group that it came into, so that nothing of it is lost while others come: a selection, a focus. */
const createGroups = <Part>(group: (parts: readonly Part[]) => Part): Groups<Part> => {
  const outer: Part[] = [];
  let inner: Part[] = [];
  let parts: Part[] = [];
  const grouped = (list: readonly Part[]): readonly Part[] =>
    Array.from({ length: Math.ceil(list.length / groupSize) }, (_, index) =>
      group(list.slice(index * groupSize, (index + 1) * groupSize)),
    );
  return {
    add: (part) => {
      parts.push(part);
      if (parts.length < groupSize) return;
      inner.push(group(parts));
      parts = [];
      if (inner.length < groupSize) return;
      outer.push(group(inner));
      inner = [];
    },
    with: (more) => [...outer, ...grouped([...inner, ...grouped([...parts, ...more])])],
  };
};
