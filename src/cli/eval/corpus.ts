import { createCachedEmbedder } from "../../adapters/cached-embedder.ts";
import { createWordIndex } from "../../chat/word-index.ts";
import type { PublisherParts } from "../../app/parts.ts";
import { embedPassages } from "../../ingest/embed-passages.ts";
import { mainLanguage } from "../../ingest/warn-of-language.ts";
import { readNamespaces } from "../../ingest/read-namespaces.ts";
import { splitFile } from "../../ingest/split-file.ts";
import type { SplitPassage } from "../../ingest/split-file.ts";
import { splitPlainText } from "../../ingest/split-plain-text.ts";
import type { Namespace } from "../../ports/namespace.ts";
import type { Passage, PassagesById } from "../../ports/passage.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
import { AppError } from "../../shared/app-error.ts";
import { partsOfVectorId } from "../../shared/vector-id.ts";
import { publishPassages } from "../lib/publish-passages.ts";
import { askFiles } from "./ask-files.ts";
import type { AskedFiles } from "./ask-files.ts";
import type { EvalCorpus } from "./file.ts";
import { errorsAt, errsLeast, quantile, rankOf, rankingOf, share } from "./scores.ts";
import type { Errors, Ranking } from "./scores.ts";

const namespaceName = "facts";

type Article = EvalCorpus["articles"][number];

interface Outcome {
  readonly rank: number;
  /** The best score with all articles there. */
  readonly present: number;
  /** The best score without the question's article. */
  readonly absent: number;
  readonly answer: string;
  readonly answerHolds: boolean;
}

/** What the questions of a file with its own texts came to. */
export interface CorpusResult extends Ranking {
  readonly source: string;
  readonly questions: number;
  readonly passages: number;
  /** The least score of an answer. */
  readonly threshold: number;
  readonly refusedPresent: number;
  readonly refusedAbsent: number;
  readonly errsLeast: Errors;
  /** Of all questions: a refused one does not hold it. */
  readonly answerHolds: number;
  readonly medianAnswerLength: number;
}

/**
 * Indexes the texts and asks every question twice, of all of them and of all but its own article: the refusals then
 * come from real searches among texts that do not hold the answer.
 */
export const evaluateCorpus = async (
  corpus: EvalCorpus,
  { catalog, index, embedder: plain }: PublisherParts,
  signal: AbortSignal,
): Promise<CorpusResult> => {
  const embedder = createCachedEmbedder(plain, { size: 10_000 });
  const namespace = defaultFacts();
  const split = corpus.articles.flatMap(({ paragraphs }) =>
    paragraphs.flatMap(({ id, text }) => splitFile({ path: id, sections: splitPlainText(text) }, embedder)),
  );
  const { passages } = await embedPassages(new Map([[namespaceName, split]]), undefined, {
    embedder,
    onProgress: () => undefined,
    signal,
  });
  const language = mainLanguage(split);
  const publication = { namespaces: [namespace], passages, subject: corpus.source, signal };
  const content = await publishPassages(publication, { catalog, index, embedder });
  const store = await index.open(content, signal);
  try {
    const about = { store, namespaces: [namespace], language, embedder, signal };
    const whole = filesOf(split, about);
    const { maybe: threshold } = embedder.scoresFor(whole.words.medianChars, language);
    const outcomes: Outcome[] = [];
    for (const article of corpus.articles) {
      const own = new Set(article.paragraphs.map(({ id }) => id));
      const others = split.filter(({ source }) => !own.has(source));
      const hidden = new Set(split.filter(({ source }) => own.has(source)).map(({ id }) => id));
      const rest = filesOf(others, { ...about, store: withoutPassages(store, hidden) });
      outcomes.push(...(await askArticle(article, whole, rest)));
    }
    const isAnswered = ({ present }: Outcome): boolean => present >= threshold;
    const lengths = outcomes.filter(isAnswered).map(({ answer }) => answer.length);
    return {
      source: corpus.source,
      questions: outcomes.length,
      passages: split.length,
      ...rankingOf(outcomes.map(({ rank }) => rank)),
      ...errorsAt(threshold, outcomes),
      errsLeast: errsLeast(outcomes),
      answerHolds: share(outcomes, (one) => one.answerHolds && isAnswered(one)),
      medianAnswerLength: quantile(lengths, 0.5),
    };
  } finally {
    await store.close();
  }
};

const defaultFacts = (): Namespace => {
  const facts = readNamespaces(undefined, 0).namespaces.find(({ role }) => role === "facts");
  if (!facts) throw new AppError("internal", "There is no default namespace with facts.");
  return { ...facts, name: namespaceName };
};

const filesOf = (
  split: readonly SplitPassage[],
  about: Omit<AskedFiles, "passages" | "words">,
): AskedFiles => {
  const byId: ReadonlyMap<string, Passage> = new Map(split.map((passage) => [passage.id, passage]));
  const passages: PassagesById = new Map([[namespaceName, byId]]);
  return { ...about, passages, words: createWordIndex({ passages, subject: "", language: about.language }) };
};

/** No passage of an article has more vectors, and no article more passages: enough are left when its own are cut. */
const maxVectorsOfArticle = 400;

const withoutPassages = (store: VectorStore, hidden: ReadonlySet<string>): VectorStore => ({
  ...store,
  broken: undefined,
  nearest: async (query) => {
    const found = await store.nearest({ ...query, limit: query.limit + maxVectorsOfArticle });
    return found.filter(({ id }) => !hidden.has(partsOfVectorId(id).passage)).slice(0, query.limit);
  },
});

const askArticle = async (
  { paragraphs }: Article,
  whole: AskedFiles,
  rest: AskedFiles,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const { id, questions } of paragraphs) {
    for (const { question, answers } of questions) {
      const present = await askFiles(question, whole);
      const absent = await askFiles(question, rest);
      const answer = await present.answer();
      const said = answer.toLowerCase();
      outcomes.push({
        rank: rankOf(present.hits, ({ source }) => source === id),
        present: present.best,
        absent: absent.best,
        answer,
        answerHolds: answers.some((gold) => said.includes(gold.toLowerCase())),
      });
    }
  }
  return outcomes;
};
