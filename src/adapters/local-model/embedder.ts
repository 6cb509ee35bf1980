import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import type * as Runtime from "onnxruntime-node";
import type { Embedder, Vector } from "../../ports/embedder.ts";
import { AppError, toAppError } from "../../shared/app-error.ts";
import { singleFlight } from "../../shared/single-flight.ts";
import { loadOnnxRuntime } from "./load-onnx-runtime.ts";
import { readLayout } from "./model-layout.ts";

/** The model was trained on 256 word pieces, two of which are its own marks. */
const maxTokens = 254;

/** On XQuAD English 7 % of the questions with a known answer stay below it, and 89 % of those without one. */
const measuredThreshold = 0.37;

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
export const createLocalEmbedder = async (
  modelFolder: string,
  threshold = measuredThreshold,
): Promise<Embedder> => {
  const tokenizer = await readTokenizer(modelFolder);
  let model: Model | undefined;
  const loadOnce = singleFlight(async () => (model ??= await loadModel(modelFolder)));

  return {
    name: localEmbedderName,
    dimensions: 384,
    maxTokens,
    threshold,
    englishOnly: true,
    load: () => loadOnce().then(ignore, ignore),
    countTokens: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length,
    embed: async (texts, signal) => {
      try {
        const { runtime, session } = model ?? (await loadOnce());
        const vectors: Vector[] = [];
        // one text a run: padding changes the vectors of an int8 model
        for (const text of texts) {
          signal.throwIfAborted();
          vectors.push(await embedOne(runtime, session, cut(tokenizer.encode(text).ids)));
        }
        return vectors;
      } catch (error) {
        signal.throwIfAborted();
        throw toAppError(error, "embedder_failed");
      }
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
const cut = (ids: readonly number[]): readonly number[] =>
  ids.length <= maxTokens + 2 ? ids : [...ids.slice(0, maxTokens + 1), ...ids.slice(-1)];

const embedOne = async (
  runtime: typeof Runtime,
  session: Runtime.InferenceSession,
  ids: readonly number[],
): Promise<Vector> => {
  const shape = [1, ids.length];
  const whole = (value: bigint): BigInt64Array => new BigInt64Array(ids.length).fill(value);
  const output = await session.run({
    input_ids: new runtime.Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new runtime.Tensor("int64", whole(1n), shape),
    token_type_ids: new runtime.Tensor("int64", whole(0n), shape),
  });
  const hidden = output["last_hidden_state"];
  if (!hidden) throw new AppError("embedder_failed", "The embedding model gave no last_hidden_state.");
  return meanOfTokens(hidden.data as Float32Array, ids.length);
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
