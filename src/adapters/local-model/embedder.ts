import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import type * as Runtime from "onnxruntime-node";
import type { AnswerScores, Embedder, PiecedText, Vector } from "../../ports/embedder.ts";
import { AppError, toAppError } from "../../shared/app-error.ts";
import { singleFlight } from "../../shared/single-flight.ts";
import { loadOnnxRuntime } from "./load-onnx-runtime.ts";
import { readLayout } from "./model-layout.ts";

/** The model was trained on 256 word pieces, two of which are its own marks. */
const maxTokens = 254;

/**
 * Scores that mean an answer. Measured on five owners' files, whose passages are short facts, and on XQuAD's paragraphs:
 * both right and wrong hits score higher in long prose. See docs/measurements.md.
 */
const scoresFor = (medianChars: number, language: string): AnswerScores => {
  if (language !== "en") return scoresByWords;
  const share = Math.min(1, Math.max(0, (medianChars - shortChars) / (longChars - shortChars)));
  const maybe = maybeInFacts + share * (maybeInProse - maybeInFacts);
  return { maybe, sure: Math.max(sure, maybe) };
};

/** The model does not know other languages: words in common make up most of the score there. */
const scoresByWords: AnswerScores = { maybe: 0.55, sure: 0.9 };

const shortChars = 200;
const longChars = 600;
const maybeInFacts = 0.61;
const maybeInProse = 0.89;
const sure = 0.8;

export const localEmbedderName = "all-MiniLM-L6-v2-int8";

const remedy = "run npm ci, then npm run build.";

interface Model {
  readonly runtime: typeof Runtime;
  readonly session: Runtime.InferenceSession;
}

/**
 * all-MiniLM-L6-v2 (int8) in this process, from a folder that `layOutModel` made: no network,
 * no key. The tokenizer is read at once, the model at the first text.
 */
export const createLocalEmbedder = async (modelFolder: string): Promise<Embedder> => {
  const tokenizer = await readTokenizer(modelFolder);
  let model: Model | undefined;
  const loadOnce = singleFlight(async () => (model ??= await loadModel(modelFolder)));
  /** One text a run: padding changes the vectors of an int8 model. */
  const runAll = async <T>(
    texts: readonly string[],
    signal: AbortSignal,
    read: (hidden: Float32Array, pieces: readonly string[]) => T,
  ): Promise<readonly T[]> => {
    try {
      const loaded = model ?? (await loadOnce());
      const results: T[] = [];
      for (const text of texts) {
        signal.throwIfAborted();
        const { ids, tokens } = tokenizer.encode(text);
        results.push(read(await run(loaded, cut(ids)), cut(tokens)));
      }
      return results;
    } catch (error) {
      signal.throwIfAborted();
      throw toAppError(error, "embedder_failed");
    }
  };

  return {
    name: localEmbedderName,
    dimensions: 384,
    maxTokens,
    scoresFor,
    englishOnly: true,
    load: () => loadOnce().then(ignore, ignore),
    countTokens: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length,
    embed: (texts, signal) => runAll(texts, signal, (hidden, { length }) => meanOfTokens(hidden, length)),
    wordPieces: {
      embed: async (text, signal) => {
        const [pieced] = await runAll([text], signal, toPieces);
        if (!pieced) throw new AppError("embedder_failed", "The embedding model gave no vector.");
        return pieced;
      },
      rankOf: (word) => tokenizer.token_to_id(word),
    },
  };
};

const ignore = (): undefined => undefined;

const readTokenizer = async (folder: string): Promise<Tokenizer> => {
  try {
    const [tokenizer, config] = await Promise.all(
      ["tokenizer.json", "tokenizer_config.json"].map(
        async (file) => JSON.parse(await readFile(join(folder, file), "utf8")) as object,
      ),
    );
    return new Tokenizer(tokenizer as object, config as object);
  } catch (error) {
    throw new AppError(
      "embedder_failed",
      `The embedding model's tokenizer could not be read from ${folder}; ${remedy}`,
      { cause: error },
    );
  }
};

const loadModel = async (folder: string): Promise<Model> => {
  const layout = await readLayout(folder);
  if ("problem" in layout) throw new AppError("embedder_failed", `${layout.problem}; ${remedy}`);
  const runtime = await loadOnnxRuntime();
  const session = await runtime.InferenceSession.create(join(folder, "model.onnx"), { intraOpNumThreads: 1 });
  return { runtime, session };
};

/** Keeps the closing mark when a text is longer than the model's limit. */
const cut = <T>(marked: readonly T[]): readonly T[] =>
  marked.length <= maxTokens + 2 ? marked : [...marked.slice(0, maxTokens + 1), ...marked.slice(-1)];

/** The vectors of all tokens, the model's own marks at both ends included. */
const run = async ({ runtime, session }: Model, ids: readonly number[]): Promise<Float32Array> => {
  const shape = [1, ids.length];
  const whole = (value: bigint): BigInt64Array => new BigInt64Array(ids.length).fill(value);
  const output = await session.run({
    input_ids: new runtime.Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new runtime.Tensor("int64", whole(1n), shape),
    token_type_ids: new runtime.Tensor("int64", whole(0n), shape),
  });
  const hidden = output["last_hidden_state"];
  if (!hidden) throw new AppError("embedder_failed", "The embedding model gave no last_hidden_state.");
  return hidden.data as Float32Array;
};

const toPieces = (hidden: Float32Array, tokens: readonly string[]): PiecedText => {
  const dimensions = hidden.length / tokens.length;
  const pieces = hidden.subarray(dimensions, -dimensions);
  const pieceVectors = new Int8Array(pieces.length);
  for (let start = 0; start < pieces.length; start += dimensions) {
    const vector = pieces.subarray(start, start + dimensions);
    const scale = 127 / Math.hypot(...vector);
    for (let index = 0; index < dimensions; index += 1)
      pieceVectors[start + index] = Math.round((vector[index] ?? 0) * scale);
  }
  return { vector: meanOfTokens(hidden, tokens.length), pieces: tokens.slice(1, -1), pieceVectors };
};

/** Mean over the tokens, scaled to length 1. */
const meanOfTokens = (hidden: Float32Array, tokens: number): Vector => {
  const dimensions = hidden.length / tokens;
  const mean = Array.from({ length: dimensions }, () => 0);
  for (let index = 0; index < hidden.length; index += 1) {
    const dimension = index % dimensions;
    mean[dimension] = (mean[dimension] ?? 0) + (hidden[index] ?? 0);
  }
  const length = Math.hypot(...mean);
  return mean.map((value) => value / length);
};
