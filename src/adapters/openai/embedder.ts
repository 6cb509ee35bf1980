import type { AnswerScores, Embedder, Vector } from "../../ports/embedder.ts";
import { currentTelemetry } from "../../telemetry/in-span.ts";
import { AppError } from "../../shared/app-error.ts";
import { withSignal } from "../../shared/with-signal.ts";
import { gptTokenCounter } from "./gpt-token-counter.ts";
import type { OpenAiClient } from "./client.ts";
import type { Sent } from "./server-words.ts";
import { toModelError } from "./to-model-error.ts";

interface RemoteEmbedder {
  readonly client: OpenAiClient;
  readonly model: string;
  /** What its vectors are cut to by the server, for models that can. */
  readonly shortenTo: number | undefined;
  /** Of the generation to be asked; learned from the server where it is not known. */
  readonly dimensions: number | undefined;
  readonly signal: AbortSignal;
}

/** As much as a passage of the local embedder: the prompt's budget is made for some of these. */
const passageTokens = 254;

/** OpenAI's and Azure's limits of a request. */
const maxTextsPerRequest = 2_048;
const maxTokensPerRequest = 300_000;
const maxTokensPerText = 8_191;

/**
 * A model behind `/embeddings`: of OpenAI, of Azure OpenAI, of any server like them. One request at a
 * time. Fails with `embedder_failed`.
 */
export const openOpenAiEmbedder = async (options: RemoteEmbedder): Promise<Embedder> => {
  const { client, model, shortenTo } = options;

  const ask = async (texts: readonly string[], signal: AbortSignal): Promise<readonly Vector[]> => {
    try {
      const shortened = shortenTo === undefined ? {} : { dimensions: shortenTo };
      const asked = client.embeddings.create({ model, input: [...texts], ...shortened }, { signal });
      const answer = await withSignal(asked, signal);
      const tokens = (answer as Partial<typeof answer> | undefined)?.usage?.total_tokens;
      if (tokens) currentTelemetry().measure("colophon.tokens", tokens, { kind: "embedding" });
      return vectorsOf(answer, texts.length);
    } catch (error) {
      signal.throwIfAborted();
      throw toModelError(error, sentIn(texts, client), "embedder_failed");
    }
  };

  const known = options.dimensions ?? shortenTo;
  const dimensions = known ?? (await ask(["How long?"], options.signal))[0]?.length ?? 0;
  return {
    // vectors of two names never meet in one index
    name: `${model}/${dimensions}`,
    dimensions,
    maxTokens: passageTokens,
    scoresFor: () => scoresOf(model),
    englishOnly: false,
    countTokens: (text) => gptTokenCounter.count(text),
    embed: async (texts, signal) => {
      const vectors: Vector[] = [];
      for (const batch of batchesOf(texts.map(fitted))) vectors.push(...(await ask(batch, signal)));
      const other = vectors.find(({ length }) => length !== dimensions);
      if (!other) return vectors;
      throw new AppError(
        "embedder_failed",
        `The embedding model ${model} gives vectors of ${other.length} numbers, and ${dimensions} are needed: ` +
          "it is another model than before, or EMBEDDING_DIMENSIONS has to be set as it was for the ingest.",
      );
    },
  };
};

/**
 * Similarity, and a tenth for words in common, that mean an answer. Chosen from what others have published of these models' scores, not measured here: unrelated
 * questions are reported at 0.1 to 0.25 and related ones from 0.4 for the third generation, and at
 * 0.7 to 0.77 and from 0.8 for ada-002. `npm run eval -- --calibrate` measures a model's own.
 */
const scoresOf = (model: string): AnswerScores =>
  /ada-002/.test(model) ? { maybe: 0.78, sure: 0.84 } : { maybe: 0.3, sure: 0.45 };

/** A text alone is a visitor's question, several are the owner's passages. */
const sentIn = (texts: readonly string[], { apiKey: key }: OpenAiClient): Sent =>
  texts.length === 1
    ? { visitors: texts, prompt: "", key }
    : { visitors: [], prompt: texts.join("\n").slice(0, maxPromptCharacters), key };

/** Of passages that a server's words of a failure are compared with. */
const maxPromptCharacters = 100_000;

/** A token is at least a byte: what has no more bytes than tokens are allowed fits in every language. */
const bytesOf = (text: string): number => Buffer.byteLength(text);

/** The servers refuse an empty text. */
const fitted = (text: string): string => {
  if (text.trim() === "") return " ";
  if (bytesOf(text) <= maxTokensPerText) return text;
  // leaves out the rest of a character that was cut through
  return new TextDecoder().decode(Buffer.from(text).subarray(0, maxTokensPerText), { stream: true });
};

const batchesOf = (texts: readonly string[]): readonly (readonly string[])[] => {
  const batches: string[][] = [];
  let tokens = 0;
  for (const text of texts) {
    tokens += bytesOf(text);
    const last = batches.at(-1);
    if (last && last.length < maxTextsPerRequest && tokens <= maxTokensPerRequest) last.push(text);
    else {
      batches.push([text]);
      tokens = bytesOf(text);
    }
  }
  return batches;
};

interface Answer {
  readonly data: readonly { readonly index: number; readonly embedding: readonly number[] }[];
}

/** Scaled to length 1, which not every server does. */
const vectorsOf = (answer: Partial<Answer> | undefined, count: number): readonly Vector[] => {
  const data: Answer["data"] = Array.isArray(answer?.data) ? (answer.data as Answer["data"]) : [];
  const sorted = data.toSorted((a, b) => a.index - b.index);
  const lengths = sorted.map(({ embedding }) => Math.hypot(...embedding));
  if (sorted.length !== count || !lengths.every((length) => length > 0 && Number.isFinite(length))) {
    throw new AppError(
      "embedder_failed",
      "The embedding model's server gave no vector for some of the texts.",
    );
  }
  return sorted.map(({ embedding }, place) =>
    Array.from(embedding, (value) => value / (lengths[place] ?? 1)),
  );
};
