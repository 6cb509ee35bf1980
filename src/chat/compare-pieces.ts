import type { PiecedText, Vector } from "../ports/embedder.ts";

/** The cosine similarity of two unit vectors. */
export const dotProduct = (one: Vector, other: Vector): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

/** The length of a piece's vector as it is kept: a byte a number. */
const unit = 127;

/**
 * How well the words of a question are found among those of a text (MaxSim): each word piece of the question counts
 * with its nearest piece of the text, by its word's weight. 0 to 1.
 */
export const comparePieces = (
  question: PiecedText,
  text: PiecedText,
  weightOf: (word: string) => number,
): number => {
  const dimensions = question.vector.length;
  let sum = 0;
  let total = 0;
  for (const [place, word] of wordOfEachPiece(question.pieces).entries()) {
    const weight = weightOf(word);
    if (weight === 0) continue;
    const piece = Float32Array.from(
      question.pieceVectors.subarray(place * dimensions, (place + 1) * dimensions),
    );
    let nearest = 0;
    for (let start = 0; start < text.pieceVectors.length; start += dimensions)
      nearest = Math.max(nearest, product(piece, text.pieceVectors, start));
    sum += (weight * nearest) / (unit * unit);
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
};

const product = (piece: Float32Array, vectors: Int8Array, start: number): number => {
  let sum = 0;
  for (let index = 0; index < piece.length; index += 1)
    sum += (piece[index] ?? 0) * (vectors[start + index] ?? 0);
  return sum;
};

/** The whole word that each piece is of: "swim" and "##ming" are of "swimming". */
const wordOfEachPiece = (pieces: readonly string[]): readonly string[] => {
  const words: string[] = [];
  const wordAt = pieces.map((piece) => {
    const isRest = piece.startsWith("##") && words.length > 0;
    if (isRest) words[words.length - 1] += piece.slice(2);
    else words.push(piece);
    return words.length - 1;
  });
  return wordAt.map((place) => words[place] ?? "");
};
