import { createCachedEmbedder } from "../../src/adapters/cached-embedder.ts";
import { createConsoleTelemetry } from "../../src/adapters/console-telemetry.ts";
import { retrieve } from "../../src/chat/retrieve.ts";
import { createWordIndex } from "../../src/chat/word-index.ts";
import type { Embedder, Vector } from "../../src/ports/embedder.ts";
import type { Namespace } from "../../src/ports/namespace.ts";
import type { PassagesById } from "../../src/ports/passage.ts";
import type { VectorStore } from "../../src/ports/vector-store.ts";
import type { BenchApp } from "./bench-app.ts";
import type { EmbeddedText } from "./bench-passages.ts";

/** What is measured, in the order of the report. */
export const stepNames = [
  "floor",
  "retrieve",
  "retrieveEmbedding",
  "retrieveRepeated",
  "chat",
  "chatRepeated",
  "sequential",
  "parallel",
] as const;

export type StepName = (typeof stepNames)[number];

/** One value for every step. */
export const perStep = <T>(make: (name: StepName) => T): Readonly<Record<StepName, T>> => ({
  floor: make("floor"),
  retrieve: make("retrieve"),
  retrieveEmbedding: make("retrieveEmbedding"),
  retrieveRepeated: make("retrieveRepeated"),
  chat: make("chat"),
  chatRepeated: make("chatRepeated"),
  sequential: make("sequential"),
  parallel: make("parallel"),
});

/** Milliseconds of every measured question. */
export type Samples = Readonly<Record<StepName, number[]>>;

export interface Bench {
  readonly questions: readonly EmbeddedText[];
  /** How many of the questions are asked unmeasured first. */
  readonly warmUps: number;
  readonly namespaces: readonly Namespace[];
  readonly store: VectorStore;
  readonly passages: PassagesById;
  readonly floor: (vector: Vector) => Promise<void>;
  readonly embedder: Embedder;
  readonly app: BenchApp;
  readonly signal: AbortSignal;
}

/** How the app answered the measured questions. */
export interface Answers {
  extractive: number;
  other: number;
}

/**
 * Measures all steps for one question before it goes on to the next, so that the machine's noise hits
 * them alike.
 */
export const measureRounds = async (bench: Bench): Promise<{ samples: Samples; answers: Answers }> => {
  const samples: Samples = perStep(() => []);
  const answers: Answers = { extractive: 0, other: 0 };
  const steps = createSteps(bench);
  for (const [round, question] of bench.questions.entries()) {
    for (const name of orderOf(round)) {
      bench.signal.throwIfAborted();
      const start = performance.now();
      const mode = await steps[name](question);
      const durationMs = performance.now() - start;
      if (round < bench.warmUps) continue;
      samples[name].push(durationMs);
      if (name === "chat") answers[mode === "extractive" ? "extractive" : "other"] += 1;
    }
  }
  return { samples, answers };
};

/**
 * Four orders in which each of four steps has each place once, and each of the others before it once:
 * a step leaves the engine and the processor warm for the next.
 */
const orders = [
  [0, 1, 3, 2],
  [1, 2, 0, 3],
  [2, 3, 1, 0],
  [3, 0, 2, 1],
] as const;

/** A question can be asked again only once it has been asked. */
const orderOf = (round: number): readonly StepName[] => {
  const order = orders[round % orders.length] ?? orders[0];
  const first = ["floor", "retrieve", "retrieveEmbedding", "chat"] as const;
  const second = ["retrieveRepeated", "chatRepeated", "sequential", "parallel"] as const;
  return [...order.map((place) => first[place]), ...order.map((place) => second[place])];
};

const createSteps = (bench: Bench): Record<StepName, (question: EmbeddedText) => Promise<unknown>> => {
  const { app, embedder, floor, namespaces, passages, signal, store } = bench;
  // formats each line as the app does; what the terminal costs is not ours
  const telemetry = createConsoleTelemetry({ format: "text", write: () => undefined });
  const cached = createCachedEmbedder(embedder, { size: 1_000 });
  const search =
    (vector: Vector) =>
    async ({ name, topK }: Namespace) =>
      // each with a deadline of its own, as in the app
      store.nearest({
        namespace: name,
        vector,
        limit: topK,
        signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
      });
  const language = "en";
  const words = createWordIndex({ passages, subject: "XQuAD", language });
  const scores = embedder.scoresFor(words.medianChars, language);
  const knowledge = { namespaces, store, passages, words, language, scores, telemetry, signal };
  const retrieveWith = (text: string, using: Embedder): Promise<unknown> =>
    retrieve({ ...knowledge, question: text, embedder: using });
  const { wordPieces: _, ...withoutPieces } = createCachedEmbedder(embedder, { size: 1_000 });

  return {
    floor: ({ vector }) => floor(vector),
    retrieve: ({ text }) => retrieveWith(text, withoutPieces),
    retrieveEmbedding: ({ text }) => retrieveWith(text, cached),
    retrieveRepeated: ({ text }) => retrieveWith(text, cached),
    chat: ({ text }) => app.ask(text),
    chatRepeated: ({ text }) => app.ask(text),
    sequential: async ({ vector }) => {
      for (const namespace of namespaces) await search(vector)(namespace);
    },
    parallel: ({ vector }) => Promise.all(namespaces.map(search(vector))),
  };
};
