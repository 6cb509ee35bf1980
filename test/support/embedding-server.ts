import { countTokens } from "gpt-tokenizer/encoding/cl100k_base";
import { createCachedEmbedder } from "../../src/adapters/cached-embedder.ts";
import { createLocalEmbedder } from "../../src/adapters/local-model/embedder.ts";
import { startLoopbackServer } from "./loopback-server.ts";
import { prepared } from "./prepared.ts";

interface EmbeddingRequest {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions?: number;
  readonly encoding_format?: "float" | "base64";
}

export interface EmbeddingServer {
  /** Of the resource: what it serves is at `/openai/v1/embeddings`. */
  readonly url: string;
  readonly requests: EmbeddingRequest[];
}

/**
 * Speaks the embeddings protocol of OpenAI, with vectors that mean something: those of the local model.
 * Refuses what OpenAI and Azure refuse, and does what they leave open in the way that is hardest to
 * read: the vectors come in no order, and are not of length 1.
 */
export const startEmbeddingServer = async (): Promise<EmbeddingServer> => {
  const embedder = createCachedEmbedder(await createLocalEmbedder(prepared.model), { size: 1_000 });
  const requests: EmbeddingRequest[] = [];
  const url = await startLoopbackServer((request, response, body) => {
    const respond = (status: number, content: object): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
    const asked = JSON.parse(body) as EmbeddingRequest;
    requests.push(asked);
    const refused = request.url === "/openai/v1/embeddings" ? refusal(asked.input) : "no such path";
    if (refused) return respond(400, { error: { message: refused, type: "invalid_request_error" } });
    const { model, input, dimensions = embedder.dimensions, encoding_format: format } = asked;
    const answer = async (): Promise<void> => {
      const vectors = await embedder.embed(input, AbortSignal.timeout(60_000));
      const data = vectors.map((vector, index) => {
        const embedding = vector.slice(0, dimensions).map((value) => value * 2);
        return { object: "embedding", index, embedding: format === "base64" ? base64(embedding) : embedding };
      });
      const usage = { prompt_tokens: 1, total_tokens: 1 };
      respond(200, { object: "list", model, data: data.toReversed(), usage });
    };
    answer().catch(() => response.destroy());
  });
  return { url, requests };
};

const anySpecial = { disallowedSpecial: new Set<string>() };

const refusal = (input: readonly string[]): string | undefined => {
  const counts = new Map([...new Set(input)].map((text) => [text, countTokens(text, anySpecial)]));
  const tokens = input.map((text) => counts.get(text) ?? 0);
  if (input.includes("")) return "'$.input' is invalid.";
  if (input.length > 2_048) return "'$.input' is too long.";
  if (tokens.some((count) => count > 8_192)) return "maximum context length is 8192 tokens";
  return tokens.reduce((sum, count) => sum + count, 0) > 300_000
    ? "max 300000 tokens per request"
    : undefined;
};

const base64 = (vector: readonly number[]): string =>
  Buffer.from(Float32Array.from(vector).buffer).toString("base64");
