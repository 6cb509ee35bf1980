import type { Unit } from "../ports/passage.ts";
import type { Block, Section } from "./section.ts";
import { sentencesOf } from "./sentences.ts";

export interface Chunk {
  readonly text: string;
  /** The first line in the file of what is new in it. */
  readonly line: number;
  readonly units: readonly Unit[];
}

interface Limits {
  /** The most word pieces a chunk may have, its heading counted. */
  readonly maxTokens: number;
  readonly countTokens: (text: string) => number;
}

/** A group of facts is read as a whole: enough of a section to make sense, no more. */
const maxTokensOfFacts = 128;

/** English has four to five: a text with many more is no words. */
const maxCharsPerToken = 12;

/** What a chunk repeats of the one before it, so that a thought cut in two is found from both sides. */
const maxOverlapTokens = 40;

/** A block, or a piece of one that was too long. */
interface Piece {
  readonly block: Block;
  readonly text: string;
  /** What stands between it and the piece before it. */
  readonly glue: string;
}

/**
 * Packs a section's blocks into chunks, in order; cuts what is too long at sentences, then at words. A chunk that
 * begins within a list, a record or an answer repeats what that stands under, so that no item is without its parents.
 */
export const chunkSection = (
  section: Section,
  { maxTokens, countTokens: countPieces }: Limits,
): readonly Chunk[] => {
  // to the embedder a word that it does not know is one piece, be it as long as a photograph in base64
  const countTokens = (text: string): number =>
    Math.max(countPieces(text), Math.ceil(text.length / maxCharsPerToken));
  const room = maxTokens - countTokens(section.heading);
  // a heading that leaves little room is not worth repeating in front of every chunk
  const limit = room < maxTokens / 2 ? maxTokens : room;
  const budget = section.kind === "facts" ? Math.min(limit, maxTokensOfFacts) : limit;
  const parents = parentsOf(section);
  const sizes = listSizes(section.blocks);
  const chunks: Chunk[] = [];
  let packed: readonly Piece[] = [];
  /** How many of the packed pieces stand in the chunk before, too. */
  let repeated = 0;

  const flush = (): void => {
    const first = packed[repeated];
    if (first) chunks.push(toChunk(packed, { line: first.block.line, parents, sizes }));
  };
  const leadOf = (piece: Piece): readonly Piece[] => {
    const above = ancestorsOf(piece.block, parents).map((block) => ({ block, text: block.text, glue: "\n" }));
    const candidates = [above, section.kind === "prose" ? lastSentence(packed, countTokens) : []];
    return candidates.find((lead) => lead.length > 0 && countTokens(join([...lead, piece])) <= budget) ?? [];
  };
  for (const [place, block] of section.blocks.entries()) {
    const piece = { block, text: block.text, glue: glueBetween(section.blocks[place - 1], block) };
    for (const part of cutPiece(piece, budget, countTokens)) {
      if (packed.length > repeated && countTokens(join([...packed, part])) > budget) {
        flush();
        packed = leadOf(part);
        repeated = packed.length;
      }
      packed = [...packed, part];
    }
  }
  flush();
  return chunks;
};

/** What each block stands under: a parent item, the statement before a list, the question of an answer, a title. */
const parentsOf = ({ kind, title, blocks }: Section): ReadonlyMap<Block, Block> => {
  const parents = new Map<Block, Block>();
  if (kind === "facts") {
    if (title) for (const block of blocks) if (block !== title) parents.set(block, title);
    return parents;
  }
  const items: Block[] = [];
  let opening: Block | undefined;
  let question: Block | undefined;
  let previous: Block | undefined;
  for (const block of blocks) {
    const depth = block.depth ?? 0;
    // what introduces a list introduces all of it
    if (block.list === undefined || block.list !== previous?.list) {
      items.length = 0;
      opening = previous && introduces(previous) ? previous : undefined;
    }
    if (block.kind === "question") question = block;
    else {
      const parent = items[depth - 2] ?? opening ?? question;
      if (parent) parents.set(block, parent);
    }
    if (depth > 0) {
      items.length = depth - 1;
      items[depth - 1] = block;
    }
    previous = block;
  }
  return parents;
};

const introduces = ({ kind, text }: Block): boolean =>
  kind === "paragraph" && /[:：]["*_]*$/.test(text.trimEnd());

const ancestorsOf = (block: Block, parents: ReadonlyMap<Block, Block>): readonly Block[] => {
  const parent = parents.get(block);
  return parent ? [...ancestorsOf(parent, parents), parent] : [];
};

const listSizes = (blocks: readonly Block[]): ReadonlyMap<number, number> => {
  const sizes = new Map<number, number>();
  for (const { list } of blocks) if (list !== undefined) sizes.set(list, (sizes.get(list) ?? 0) + 1);
  return sizes;
};

/** Facts, and the items and rows of one list, stand on lines below each other; paragraphs have a blank line between. */
const glueBetween = (previous: Block | undefined, block: Block): string =>
  block.kind === "fact" || (block.list !== undefined && block.list === previous?.list) ? "\n" : "\n\n";

interface Relations {
  readonly line: number;
  readonly parents: ReadonlyMap<Block, Block>;
  readonly sizes: ReadonlyMap<number, number>;
}

const toChunk = (pieces: readonly Piece[], { line, parents, sizes }: Relations): Chunk => {
  const units: Unit[] = [];
  /** The unit of each block that others may stand under: its last one, as "You need two things:" ends a paragraph. */
  const unitOf = new Map<Block, number>();
  let start = 0;
  for (const [place, piece] of pieces.entries()) {
    if (place > 0) start += piece.glue.length;
    const { block, text } = piece;
    const above = parents.get(block);
    const parent = above && unitOf.get(above);
    const of = block.list === undefined ? undefined : sizes.get(block.list);
    const common = {
      ...(parent === undefined ? {} : { parent }),
      ...(block.path ? { path: block.path } : {}),
      ...(of === undefined ? {} : { of }),
    };
    if (block.kind === "paragraph") {
      for (const range of sentencesOf(text)) {
        units.push({ kind: "sentence", start: start + range.start, end: start + range.end, ...common });
      }
    } else units.push({ kind: block.kind, start, end: start + text.length, ...common });
    // a row of signs has no unit
    if ((units.at(-1)?.start ?? -1) >= start) unitOf.set(block, units.length - 1);
    start += text.length;
  }
  return { text: join(pieces), line, units };
};

const join = (pieces: readonly Piece[]): string =>
  pieces.map(({ glue, text }, index) => (index === 0 ? text : glue + text)).join("");

const cutPiece = (piece: Piece, budget: number, countTokens: Limits["countTokens"]): readonly Piece[] => {
  if (countTokens(piece.text) <= budget) return [piece];
  return (cutAtSentences(piece.text) ?? halves(piece.text))
    .map((part, index) => ({ ...piece, text: part.trim(), glue: index === 0 ? piece.glue : " " }))
    .filter(({ text }) => text)
    .flatMap((part) => cutPiece(part, budget, countTokens));
};

const cutAtSentences = (text: string): readonly string[] | undefined => {
  const starts = sentencesOf(text).map(({ start }) => start);
  if (starts.length < 2) return undefined;
  return starts.map((start, place) => text.slice(place === 0 ? 0 : start, starts[place + 1]));
};

/** Cuts at the space nearest to the middle, or in the middle of a word that has none. */
const halves = (text: string): readonly string[] => {
  const middle = Math.floor(text.length / 2);
  const space = text.lastIndexOf(" ", middle);
  const cut = space > 0 ? space + 1 : middle + (isLowSurrogate(text.charCodeAt(middle)) ? 1 : 0);
  return [text.slice(0, cut), text.slice(cut)];
};

const isLowSurrogate = (code: number): boolean => code >= 0xdc_00 && code <= 0xdf_ff;

const lastSentence = (pieces: readonly Piece[], countTokens: Limits["countTokens"]): readonly Piece[] => {
  const last = pieces.at(-1);
  if (!last || last.block.kind !== "paragraph") return [];
  const range = sentencesOf(last.text).at(-1);
  const text = range && last.text.slice(range.start, range.end);
  return text && countTokens(text) <= maxOverlapTokens ? [{ ...last, text }] : [];
};
