import type { Block, Section } from "./section.ts";

export interface Chunk {
  readonly text: string;
  readonly line: number;
  /** What it was packed from. */
  readonly blocks: readonly Block[];
}

interface Limits {
  /** The most word pieces a chunk may have, its heading counted. */
  readonly maxTokens: number;
  readonly countTokens: (text: string) => number;
}

/** A group of facts is read as a whole: enough of a section to make sense, no more. */
const factTokens = 128;

/** What a chunk repeats of the one before it, so that a thought cut in two is found from both sides. */
const overlapTokens = 40;

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** Packs a section's blocks into chunks, in order; splits what is too long at sentences, then at words. */
export const chunkSection = (section: Section, { maxTokens, countTokens }: Limits): readonly Chunk[] => {
  const room = maxTokens - countTokens(section.heading);
  // a heading that leaves no room is not worth repeating in front of every chunk
  const limit = room < maxTokens / 2 ? maxTokens : room;
  const budget = section.kind === "facts" ? Math.min(limit, factTokens) : limit;
  const separator = section.kind === "facts" ? "\n" : "\n\n";
  const chunks: Chunk[] = [];
  let packed: Block[] = [];

  const flush = (): void => {
    const first = packed[0];
    if (first) chunks.push({ text: packed.map(({ text }) => text).join(separator), line: first.line, blocks: packed });
  };
  const fits = (blocks: readonly Block[]): boolean =>
    countTokens(blocks.map(({ text }) => text).join(separator)) <= budget;

  for (const block of section.blocks.flatMap((whole) => splitBlock(whole, limit, countTokens))) {
    if (packed.length > 0 && !fits([...packed, block])) {
      flush();
      const tail = section.kind === "prose" ? lastSentence(packed.at(-1), countTokens) : undefined;
      packed = tail && fits([tail, block]) ? [tail] : [];
    }
    packed.push(block);
  }
  flush();
  return chunks;
};

const splitBlock = (block: Block, limit: number, countTokens: Limits["countTokens"]): readonly Block[] => {
  if (countTokens(block.text) <= limit) return [block];
  const parts = [...sentences.segment(block.text)].map(({ segment }) => segment);
  const pieces = parts.length > 1 ? parts : halves(block.text);
  const packed: string[] = [];
  for (const piece of pieces) {
    const last = packed.at(-1);
    if (last !== undefined && countTokens(last + piece) <= limit) packed[packed.length - 1] = last + piece;
    else packed.push(piece);
  }
  return packed
    .map((text) => ({ text: text.trim(), line: block.line }))
    .filter(({ text }) => text)
    .flatMap((piece) => splitBlock(piece, limit, countTokens));
};

/** Cuts at the space nearest to the middle, or in the middle of a word that has none. */
const halves = (text: string): readonly string[] => {
  const middle = Math.floor(text.length / 2);
  const space = text.lastIndexOf(" ", middle);
  const cut = space > 0 ? space + 1 : middle + (isLowSurrogate(text.charCodeAt(middle)) ? 1 : 0);
  return [text.slice(0, cut), text.slice(cut)];
};

const isLowSurrogate = (code: number): boolean => code >= 0xdc_00 && code <= 0xdf_ff;

const lastSentence = (block: Block | undefined, countTokens: Limits["countTokens"]): Block | undefined => {
  if (!block) return undefined;
  const text = [...sentences.segment(block.text)].at(-1)?.segment.trim() ?? "";
  return text && countTokens(text) <= overlapTokens ? { text, line: block.line } : undefined;
};
