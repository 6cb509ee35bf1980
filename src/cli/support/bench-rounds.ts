import { createCachedEmbedder } from "../../adapters/cached-embedder.ts";
import { createConsoleTelemetry } from "../../adapters/console-telemetry.ts";
import { retrieve } from "../../chat/retrieve.ts";
import type { Embedder, Vector } from "../../ports/embedder.ts";
import type { Namespace } from "../../ports/namespace.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
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
 * them alike; which of them comes first, and so touches the question's data first, changes in turn.
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

/** A question can be asked again only once it has been asked. */
const orderOf = (round: number): readonly StepName[] => {
  const first = rotated(["floor", "retrieve", "retrieveEmbedding", "chat"] as const, round);
  const second = rotated(["retrieveRepeated", "chatRepeated", "sequential", "parallel"] as const, round);
  return [...first, ...second];
};

const rotated = <T>(all: readonly T[], by: number): readonly T[] => [
  ...all.slice(by % all.length),
  ...all.slice(0, by % all.length),
];

const createSteps = (bench: Bench): Record<StepName, (question: EmbeddedText) => Promise<unknown>> => {
  const { app, embedder, floor, namespaces, signal, store } = bench;
  // formats each line as the app does; what the terminal costs is not ours
  const telemetry = createConsoleTelemetry({ format: "text", write: () => undefined });
  const cached = createCachedEmbedder(embedder, { size: 1_000 });
  const search =
    (vector: Vector) =>
    async ({ name, topK }: Namespace) =>
      store.search({ namespace: name, vector, topK, signal });
  const retrieveWith = (text: string, using: Embedder): Promise<unknown> =>
    retrieve({ question: text, namespaces, store, embedder: using, telemetry, signal });

  return {
    floor: ({ vector }) => floor(vector),
    retrieve: ({ text, vector }) =>
      retrieveWith(text, { ...embedder, embed: () => Promise.resolve([vector]) }),
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
