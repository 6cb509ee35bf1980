import type { Embedder, Vector } from "../../src/ports/embedder.ts";
import type { Namespace } from "../../src/ports/namespace.ts";
import type { EmbeddedPassage } from "../../src/ports/passage.ts";
import type { EvalCorpus } from "../../src/cli/eval/file.ts";

const shortestSentence = 20;

/** How far a copy lies from its original: a cosine similarity of about 0.9. */
const noiseLength = 0.5;

export interface EmbeddedText {
  readonly text: string;
  readonly vector: Vector;
}

/** The sentences of the texts, in their order. */
export const sentencesOf = ({ articles }: EvalCorpus): readonly string[] => {
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  return articles
    .flatMap(({ paragraphs }) => paragraphs)
    .flatMap(({ text }) => [...segmenter.segment(text)].map(({ segment }) => segment.trim()))
    .filter((sentence) => sentence.length >= shortestSentence);
};

/** The first questions, of which none comes twice. */
export const questionsOf = ({ articles }: EvalCorpus, most: number): readonly string[] => {
  const all = articles.flatMap(({ paragraphs }) => paragraphs).flatMap(({ questions }) => questions);
  return [...new Set(all.map(({ question }) => question))].slice(0, most);
};

/** Each text with its vector, in order. */
export const embedTexts = async (
  texts: readonly string[],
  embedder: Embedder,
  signal: AbortSignal,
): Promise<readonly EmbeddedText[]> => {
  const vectors = await embedder.embed(texts, signal);
  return texts.map((text, place) => ({ text, vector: vectors[place] ?? [] }));
};

/** Deals out the sentences to the namespaces; where they run out, noisy copies follow. */
export const passagesOf = (
  sentences: readonly EmbeddedText[],
  namespaces: readonly Namespace[],
  size: number,
): ReadonlyMap<string, readonly EmbeddedPassage[]> => {
  const gaussian = createGaussian(1);
  const passage = (name: string, place: number): EmbeddedPassage => {
    const { text, vector } = sentences[place % sentences.length] ?? { text: "", vector: [] };
    const copy = Math.floor(place / sentences.length);
    const id = `${name}-${place}`;
    const words = copy === 0 ? text : `${text} (${copy})`;
    return {
      id,
      source: `${name}/sentences.txt`,
      line: place + 1,
      text: words,
      units: [{ kind: "sentence", start: 0, end: words.length }],
      vectors: [{ embedHash: id, vector: copy === 0 ? vector : near(vector, gaussian) }],
    };
  };
  return new Map(
    namespaces.map(({ name }, offset) => [
      name,
      Array.from({ length: size }, (_, row) => passage(name, row * namespaces.length + offset)),
    ]),
  );
};

const near = (vector: Vector, gaussian: () => number): Vector => {
  const spread = noiseLength / Math.sqrt(vector.length);
  const moved = vector.map((value) => value + spread * gaussian());
  const length = Math.hypot(...moved);
  return moved.map((value) => value / length);
};

/** Normally distributed numbers, the same ones in every run. */
const createGaussian = (seed: number): (() => number) => {
  let state = seed;
  const uniform = (): number => {
    // mulberry32
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
};
