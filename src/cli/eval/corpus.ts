import { createCachedEmbedder } from "../../adapters/cached-embedder.ts";
import { extractiveGenerator } from "../../adapters/extractive-generator.ts";
import { buildContext } from "../../chat/build-context.ts";
import { retrieve } from "../../chat/retrieve.ts";
import type { PublisherParts } from "../../app/parts.ts";
import { readNamespaces } from "../../ingest/read-namespaces.ts";
import { splitFile } from "../../ingest/split-file.ts";
import { splitPlainText } from "../../ingest/split-plain-text.ts";
import type { Embedder } from "../../ports/embedder.ts";
import type { Namespace } from "../../ports/namespace.ts";
import type { EmbeddedPassage, Hit } from "../../ports/passage.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
import { AppError } from "../../shared/app-error.ts";
import type { EvalCorpus } from "./file.ts";
import { publishPassages } from "../lib/publish-passages.ts";
import { errorsAt, errsLeast, median, rankOf, rankingOf, share } from "./scores.ts";
import type { Errors, Ranking } from "./scores.ts";
import { silentTelemetry as telemetry } from "../../telemetry/silent.ts";

const everything = "facts";

/** What `CONTEXT_TOKENS` is where it is not set. */
const contextTokens = 2_000;

type Article = EvalCorpus["articles"][number];

interface Asked {
  readonly rank: number;
  /** The best score with all articles there. */
  readonly present: number;
  /** The best score without the question's article. */
  readonly absent: number;
  /** `undefined` where it was refused. */
  readonly answer: string | undefined;
  readonly answerHolds: boolean;
}

/** What the questions of a file with its own texts came to. */
export interface CorpusResult extends Ranking {
  readonly source: string;
  readonly questions: number;
  readonly passages: number;
  readonly threshold: number;
  readonly refusedPresent: number;
  readonly refusedAbsent: number;
  readonly errsLeast: Errors;
  readonly answerHolds: number;
  readonly medianAnswerLength: number;
}

/**
 * Indexes the texts, once whole and once without each article, and asks every question of both: the
 * refusals then come from real searches among texts that do not hold the answer.
 */
export const evaluateCorpus = async (
  corpus: EvalCorpus,
  { catalog, index, embedder: plain }: PublisherParts,
  signal: AbortSignal,
): Promise<CorpusResult> => {
  const embedder = createCachedEmbedder(plain, { size: 10_000 });
  const settings = defaultFacts(embedder.threshold);
  // the ranking is judged whole; the threshold is applied to it afterwards
  const namespaceOf = (name: string): Namespace => ({ ...settings, name, threshold: 0 });
  const whole = namespaceOf(everything);
  const folds = corpus.articles.map((article, place) => ({ article, fold: namespaceOf(without(place)) }));
  const embedded = await embedArticles(corpus, embedder, signal);
  const passages = new Map([
    [everything, embedded.flat()],
    ...folds.map(({ fold }, place) => [fold.name, embedded.toSpliced(place, 1).flat()] as const),
  ]);
  const namespaces = [whole, ...folds.map(({ fold }) => fold)];
  const publication = { namespaces, passages, subject: corpus.source, signal };
  const store = await index.open(await publishPassages(publication, { catalog, index, embedder }), signal);
  try {
    const asked: Asked[] = [];
    const tools = { whole, store, embedder, signal, threshold: settings.threshold };
    for (const { article, fold } of folds) asked.push(...(await askArticle(article, { ...tools, fold })));
    return {
      source: corpus.source,
      questions: asked.length,
      passages: embedded.flat().length,
      ...rankingOf(asked.map(({ rank }) => rank)),
      ...errorsAt(settings.threshold, asked),
      errsLeast: errsLeast(asked),
      answerHolds: share(asked, ({ answerHolds }) => answerHolds),
      medianAnswerLength: median(
        asked.flatMap(({ answer }) => (answer === undefined ? [] : [answer.length])),
      ),
    };
  } finally {
    await store.close();
  }
};

const without = (place: number): string => `without-${String(place).padStart(2, "0")}`;

const defaultFacts = (threshold: number): Namespace => {
  const facts = readNamespaces(undefined, threshold).namespaces.find(({ role }) => role === "facts");
  if (!facts) throw new AppError("internal", "There is no default namespace with facts.");
  return facts;
};

const embedArticles = async (
  { articles }: EvalCorpus,
  embedder: Embedder,
  signal: AbortSignal,
): Promise<readonly (readonly EmbeddedPassage[])[]> => {
  const embedded: EmbeddedPassage[][] = [];
  for (const { paragraphs } of articles) {
    const split = paragraphs.flatMap(({ id, text }) =>
      splitFile({ path: id, sections: splitPlainText(text) }, embedder),
    );
    const vectors = await embedder.embed(
      split.map(({ embedText }) => embedText),
      signal,
    );
    embedded.push(
      split.map(({ id, text, source, line }, place) => ({
        id,
        embedHash: id,
        text,
        source,
        line,
        vector: vectors[place] ?? [],
      })),
    );
  }
  return embedded;
};

interface Search {
  readonly whole: Namespace;
  readonly fold: Namespace;
  readonly threshold: number;
  readonly store: VectorStore;
  readonly embedder: Embedder;
  readonly signal: AbortSignal;
}

const askArticle = async ({ paragraphs }: Article, search: Search): Promise<readonly Asked[]> => {
  const asked: Asked[] = [];
  for (const { id, questions } of paragraphs) {
    for (const { question, answers } of questions) {
      const present = await searchIn(search.whole, question, search);
      const absent = await searchIn(search.fold, question, search);
      const relevant = ({ score }: Hit): boolean => score >= search.threshold;
      const answer = await extractiveAnswer(question, present.filter(relevant), search);
      const said = answer?.toLowerCase() ?? "";
      asked.push({
        rank: rankOf(present, ({ source }) => source === id),
        present: present[0]?.score ?? 0,
        absent: absent[0]?.score ?? 0,
        answer,
        answerHolds: answers.some((gold) => said.includes(gold.toLowerCase())),
      });
    }
  }
  return asked;
};

const searchIn = async (
  namespace: Namespace,
  question: string,
  { store, embedder, signal }: Search,
): Promise<readonly Hit[]> => {
  const found = await retrieve({ question, namespaces: [namespace], store, embedder, telemetry, signal });
  return found.namespaces.flatMap(({ hits }) => hits);
};

const extractiveAnswer = async (
  question: string,
  hits: readonly Hit[],
  { whole: namespace, embedder: { countTokens }, signal }: Search,
): Promise<string | undefined> => {
  if (hits.length === 0) return undefined;
  const results = [{ namespace, found: hits.length, hits, voice: [], dropped: [], durationMs: 0 }];
  const { sources } = buildContext(results, { maxTokens: contextTokens, countTokens });
  let answer = "";
  const job = {
    question,
    standAlone: question,
    sources,
    instructions: "",
    history: [],
    signal,
    telemetry,
  };
  for await (const event of extractiveGenerator.generate(job))
    if (event.type === "text") answer += event.text;
  return answer;
};
