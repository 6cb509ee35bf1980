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

/** English has four to five: a text with many more is no words. */
const charactersAPiece = 12;

/** What a chunk repeats of the one before it, so that a thought cut in two is found from both sides. */
const overlapTokens = 40;

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** A block, or a piece of one that was too long. */
interface Piece extends Block {
  /** What stands between it and the piece before it. */
  readonly glue: string;
}

/** Packs a section's blocks into chunks, in order; cuts what is too long at sentences, then at words. */
export const chunkSection = (
  section: Section,
  { maxTokens, countTokens: countPieces }: Limits,
): readonly Chunk[] => {
  // to the embedder a word that it does not know is one piece, be it as long as a photograph in base64
  const countTokens = (text: string): number =>
    Math.max(countPieces(text), Math.ceil(text.length / charactersAPiece));
  const room = maxTokens - countTokens(section.heading);
  // a heading that leaves little room is not worth repeating in front of every chunk
  const limit = room < maxTokens / 2 ? maxTokens : room;
  const budget = section.kind === "facts" ? Math.min(limit, factTokens) : limit;
  const glue = section.kind === "facts" ? "\n" : "\n\n";
  const chunks: Chunk[] = [];
  let packed: readonly Piece[] = [];

  const flush = (): void => {
    const first = packed[0];
    if (first) chunks.push({ text: join(packed), line: first.line, blocks: packed });
  };
  for (const block of section.blocks) {
    for (const piece of cutPiece({ ...block, glue }, budget, countTokens)) {
      if (packed.length > 0 && countTokens(join([...packed, piece])) > budget) {
        flush();
        const tail = section.kind === "prose" ? lastSentence(packed, countTokens) : [];
        packed = countTokens(join([...tail, piece])) <= budget ? tail : [];
      }
      packed = [...packed, piece];
    }
  }
  flush();
  return chunks;
};

const join = (pieces: readonly Piece[]): string =>
  pieces.map(({ glue, text }, index) => (index === 0 ? text : glue + text)).join("");

const cutPiece = (piece: Piece, budget: number, countTokens: Limits["countTokens"]): readonly Piece[] => {
  if (countTokens(piece.text) <= budget) return [piece];
  const parts = [...sentences.segment(piece.text)].map(({ segment }) => segment);
  return (parts.length > 1 ? parts : halves(piece.text))
    .map((part, index) => ({ ...piece, text: part.trim(), glue: index === 0 ? piece.glue : " " }))
    .filter(({ text }) => text)
    .flatMap((part) => cutPiece(part, budget, countTokens));
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
  const text = last && [...sentences.segment(last.text)].at(-1)?.segment.trim();
  return last && text && countTokens(text) <= overlapTokens ? [{ ...last, text }] : [];
};
