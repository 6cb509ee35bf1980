import { createHash } from "node:crypto";
import type { AnswerScores, Embedder } from "../ports/embedder.ts";
import type { Canary, Current, GenerationCatalog, GenerationContent, Origin } from "../ports/generation.ts";
import type { KnowledgeIndex } from "../ports/knowledge-index.ts";
import type { Passage, PassagesById } from "../ports/passage.ts";
import type { VectorStore } from "../ports/vector-store.ts";
import { AppError } from "../shared/app-error.ts";
import { askCanaries } from "./ask-canaries.ts";
import type { FindPassages } from "./ask-canaries.ts";
import { checkQuestions } from "./check-questions.ts";
import type { CheckedQuestions } from "./check-questions.ts";
import { chooseStarters } from "./choose-starters.ts";
import { compareServed } from "./compare-served.ts";
import type { Change } from "./compare-served.ts";
import { describeLeftOut } from "./describe-left-out.ts";
import { embedPassages } from "./embed-passages.ts";
import type { ServedPassages } from "./embed-passages.ts";
import { leaveOutRepeats } from "./leave-out-repeats.ts";
import { loadCorpus } from "./load-corpus.ts";
import type { Corpus } from "./load-corpus.ts";
import { makeCanaries } from "./make-canaries.ts";
import { originOf } from "./origin-of.ts";
import { describeProblem } from "./section.ts";
import { splitFile } from "./split-file.ts";
import type { SplitPassage } from "./split-file.ts";
import { mainLanguage, warnOfLanguage } from "./warn-of-language.ts";

/** Raised when the same files would become another generation than before. */
const ingestVersion = 6;

/** That of the generations that name no origin. */
const versionWithoutOrigin = 4;

export interface IngestJob {
  readonly folder: string;
  /** Publishes also what has not changed, and what was rolled back from. */
  readonly force?: boolean;
  /** Does everything but publish. */
  readonly dryRun?: boolean;
}

export interface IngestTools {
  readonly catalog: GenerationCatalog;
  readonly index: KnowledgeIndex;
  readonly embedder: Embedder;
  readonly keepGenerations: number;
  /** What the owner set for namespaces without a `threshold`, 0 where nothing. */
  readonly minSimilarity: number;
  /** Finds passages in a new index as the app would. */
  readonly findIn: (knowledge: NewKnowledge, signal: AbortSignal) => FindPassages;
  /** Gets what would change of what is served, before anything is embedded, and may refuse. */
  readonly approve?: (change: Change) => Promise<boolean>;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal: AbortSignal;
}

/** A generation whose index is built and not yet published. */
export interface NewKnowledge {
  readonly store: VectorStore;
  readonly passages: PassagesById;
  readonly embedder: Embedder;
  readonly subject: string;
  readonly scores: AnswerScores;
  readonly language: string;
}

/**
 * What became of an ingest. `unchanged`: what is served holds exactly this already. `kept`: the owner rolled back, and
 * the files are still those that were rolled back from. `refused`: the change was not approved. `tried`: a dry run.
 */
export type Outcome = "published" | "unchanged" | "kept" | "refused" | "tried";

export interface IngestSummary extends Pick<Corpus, "problems" | "unpublished" | "otherKinds"> {
  readonly outcome: Outcome;
  /** What is served now; empty where a dry run found nothing that is. */
  readonly generation: string;
  /** The generation that was ingested last, where what was served before this ingest was rolled back to. */
  readonly rolledBackFrom: string | undefined;
  readonly namespaces: readonly {
    readonly name: string;
    readonly files: number;
    readonly passages: number;
  }[];
  /** How many passages were left out, because others say the same. */
  readonly repeated: number;
  /** How many texts were embedded, the vectors of all others being known, and how long that took. */
  readonly embedded: number;
  readonly embedMs: number;
  readonly warning: string | undefined;
  /** Where the folder has a `questions.json`. */
  readonly checked: CheckedQuestions | undefined;
}

const refuseNothing: AnswerScores = { maybe: Number.NEGATIVE_INFINITY, sure: Number.NEGATIVE_INFINITY };

/**
 * Turns a folder of files into a new generation and makes it the served one, unless there is a reason not to, which the
 * outcome tells. Fails with `ingest_failed`.
 */
export const ingestCorpus = async (
  { folder, force = false, dryRun = false }: IngestJob,
  tools: IngestTools,
): Promise<IngestSummary> => {
  const { catalog, index, embedder, minSimilarity, approve, signal } = tools;
  // before the files are read: a publisher that comes later has read them later, and must win
  const seen = await currentOrNone(catalog);
  const corpus = await loadCorpus(folder, minSimilarity);
  const origin = await originOf(folder, corpus.filesDigest);
  const served = seen ?? (await catalog.lastPublished());
  const content = served && (await usableContent(catalog, served));
  const { passages, repeated } = splitCorpus(corpus, embedder);
  const summary = {
    problems: corpus.problems,
    unpublished: corpus.unpublished,
    otherKinds: corpus.otherKinds,
    generation: served?.generation ?? "",
    rolledBackFrom: undefined,
    namespaces: countFiles(corpus, passages),
    repeated,
    embedded: 0,
    embedMs: 0,
    checked: undefined,
    warning: embedder.englishOnly ? warnOfLanguage([...passages.values()].flat()) : undefined,
  };

  const digests = digestsOf(corpus, tools);
  const isServed = content?.manifest.corpusDigest === digests.corpus;
  if (!force && seen && content && isServed && (await isWhole(tools, content)))
    return { ...summary, outcome: "unchanged" };
  const rollback = served && (await findRollback(catalog, served, { origin, digests }));
  if (!force && rollback?.isUnchanged && served) {
    if (!content || !(await isWhole(tools, content))) throw damagedAfterRollback(served, rollback);
    // a damaged CURRENT is written again as it was
    if (!seen && !dryRun) await catalog.switchTo(served.generation, undefined);
    return { ...summary, outcome: "kept", rolledBackFrom: rollback.from };
  }

  assertNotEmpty(passages, folder, corpus);
  const previous = content && (await passagesOf(content));
  if (previous && approve) {
    const hidden = [...corpus.unpublished.map(({ path }) => path), ...corpus.refused];
    const next = { origin, hidden, passages: [...passages.values()].flat() };
    if (!(await approve(compareServed(previous, next)))) return { ...summary, outcome: "refused" };
  }
  const embedded = await embedPassages(passages, previous, tools);
  const result = {
    ...summary,
    rolledBackFrom: rollback?.from,
    embedded: embedded.embedded,
    embedMs: embedded.durationMs,
  };

  const texts = [...passages.values()].flat();
  const language = mainLanguage(texts);
  let scores = embedder.scoresFor(medianLength(texts), language);
  let checked: CheckedQuestions | undefined;
  const id = await catalog.newId(seen);
  let canaries: readonly Canary[] = [];
  const built = await index.build({
    generation: id,
    passages: embedded.passages,
    verify: async (store) => {
      const passagesById = byId(embedded.passages);
      const knowledge = { store, passages: passagesById, embedder, subject: corpus.plan.subject, language };
      if (corpus.questions.length > 0) {
        const findAll = tools.findIn({ ...knowledge, scores: refuseNothing }, signal);
        const { questions, plan } = corpus;
        const check = {
          questions,
          namespaces: plan.namespaces,
          findAll,
          scores,
          previous: content?.manifest,
        };
        ({ checked, scores } = await checkQuestions(check));
      }
      const asking = { find: tools.findIn({ ...knowledge, scores }, signal) };
      canaries = await askCanaries(corpus, asking);
      canaries = [...canaries, ...(await makeCanaries({ plan: corpus.plan, passages, canaries }, asking))];
    },
    signal,
  });
  const summed = { ...result, checked };
  if (dryRun) {
    await built.dispose();
    await index.remove(id);
    return { ...summed, outcome: "tried" };
  }
  try {
    await catalog.publish(
      {
        id,
        created: new Date().toISOString(),
        embedder: { name: embedder.name, dimensions: embedder.dimensions },
        corpusDigest: digests.corpus,
        origin,
        subject: corpus.plan.subject,
        starters: chooseStarters(corpus.plan, passages),
        contact: corpus.plan.contact,
        speakAs: corpus.plan.speakAs,
        questions: checked?.asked,
        canaries,
        scores,
        language,
        namespaces: corpus.plan.namespaces.map((namespace) => ({
          ...namespace,
          passages: passages.get(namespace.name)?.length ?? 0,
          vectors: passages.get(namespace.name)?.reduce((sum, { wordings }) => sum + wordings.length, 0) ?? 0,
        })),
        passages: embedded.passages,
        archives: built.archives,
      },
      seen,
    );
  } catch (error) {
    // after any other failure it may be served all the same
    if (error instanceof AppError && error.code === "publish_lost") {
      await index.remove(id).catch(() => undefined);
    }
    throw error;
  } finally {
    await built.dispose();
  }
  await removeOld(tools);
  return { ...summed, outcome: "published", generation: id };
};

/** What cannot be removed now, because another publisher is still writing to it, is removed the next time. */
const removeOld = async ({ catalog, index, keepGenerations }: IngestTools): Promise<void> => {
  const removed = await catalog.prune(keepGenerations).catch(() => []);
  for (const old of removed) await index.remove(old).catch(() => undefined);
};

type Passages = ReadonlyMap<string, readonly SplitPassage[]>;

const byId = (passages: ReadonlyMap<string, readonly Passage[]>): PassagesById =>
  new Map([...passages].map(([name, all]) => [name, new Map(all.map((passage) => [passage.id, passage]))]));

const medianLength = (passages: readonly Passage[]): number =>
  passages.map(({ text }) => text.length).toSorted((a, b) => a - b)[Math.floor(passages.length / 2)] ?? 0;

/** A damaged `CURRENT` is repaired by the next publication; a share that cannot be reached is an error. */
const currentOrNone = (catalog: GenerationCatalog): Promise<Current | undefined> =>
  catalog.current().catch((error: unknown) => {
    if (error instanceof AppError && error.code === "generation_unusable") return undefined;
    throw error;
  });

const usableContent = (
  catalog: GenerationCatalog,
  { generation }: Pick<Current, "generation">,
): Promise<GenerationContent | undefined> => catalog.content(generation).catch(() => undefined);

/** Those of a damaged generation are not to be trusted. */
const passagesOf = async (content: GenerationContent): Promise<ServedPassages | undefined> => {
  const passages = await content.passages().catch(() => undefined);
  return passages && { manifest: content.manifest, passages };
};

/** What is served may have been damaged since it was published: then it is not "unchanged". */
const isWhole = async (
  { catalog, index }: IngestTools,
  { manifest }: GenerationContent,
): Promise<boolean> => {
  try {
    await catalog.check(manifest.id);
    return await index.holds(manifest);
  } catch {
    return false;
  }
};

interface Rollback {
  /** The generation that was ingested last, and is not served. */
  readonly from: string;
  /** The files are still those that it was made of. */
  readonly isUnchanged: boolean;
}

/** Looks whether what is served was rolled back to, and whether the folder has changed since its last ingest. */
const findRollback = async (
  catalog: GenerationCatalog,
  served: Current,
  { origin, digests }: { readonly origin: Origin; readonly digests: Digests },
): Promise<Rollback | undefined> => {
  const later = await catalog.publishedAfter(served.generation);
  for (const from of later) {
    const { manifest } = (await usableContent(catalog, { generation: from })) ?? {};
    if (!manifest) continue;
    const was = manifest.origin;
    // on another machine the same files lie in another folder
    if (was ? was.files === origin.files : manifest.corpusDigest === digests.withoutOrigin)
      return { from, isUnchanged: true };
    if (!was || was.name === origin.name || was.folder === origin.folder) break;
  }
  return later[0] === undefined ? undefined : { from: later[0], isUnchanged: false };
};

const damagedAfterRollback = ({ generation }: Current, { from }: Rollback): AppError =>
  new AppError(
    "ingest_failed",
    `Generation ${generation} is served since a rollback from ${from}, and it is damaged. ` +
      "npm run rollback -- <id> serves another one (see npm run generations), npm run ingest -- --force a new one.",
  );

const splitCorpus = (corpus: Corpus, embedder: Embedder): { passages: Passages; repeated: number } => {
  const split = new Map<string, SplitPassage[]>(corpus.plan.namespaces.map(({ name }) => [name, []]));
  for (const file of corpus.files) split.get(file.namespace)?.push(...splitFile(file, embedder));
  const passages = new Map([...split].map(([namespace, all]) => [namespace, leaveOutRepeats(all)]));
  return { passages, repeated: count(split) - count(passages) };
};

const count = (passages: Passages): number => [...passages.values()].flat().length;

const assertNotEmpty = (passages: Passages, folder: string, corpus: Corpus): void => {
  if ([...passages.values()].some((all) => all.length > 0)) return;
  const [problem] = corpus.problems;
  const names = [...passages.keys()].map((name) => `${name}/`).join(", ");
  const reasons = [
    `There is nothing to ingest in ${folder}: no text in ${names}.`,
    ...(problem ? [`The first problem: ${describeProblem(problem)}.`] : []),
    ...describeLeftOut(corpus),
  ];
  throw new AppError("ingest_failed", reasons.join(" "));
};

const countFiles = ({ plan, files }: Corpus, passages: Passages): IngestSummary["namespaces"] =>
  plan.namespaces.map(({ name }) => ({
    name,
    files: files.filter(({ namespace }) => namespace === name).length,
    passages: passages.get(name)?.length ?? 0,
  }));

interface Digests {
  /** Of everything that shapes the generation. */
  readonly corpus: string;
  /** What generations have that name no origin, if they are of these files. */
  readonly withoutOrigin: string;
}

const digestsOf = (
  { plan, digest, filesDigest }: Corpus,
  { index, embedder }: Pick<IngestTools, "index" | "embedder">,
): Digests => {
  const digestOf = (version: number, files: string): string =>
    createHash("sha256")
      .update(JSON.stringify([version, plan, files, index.name, embedder.name]))
      .digest("hex");
  return {
    corpus: digestOf(ingestVersion, digest),
    withoutOrigin: digestOf(versionWithoutOrigin, filesDigest),
  };
};
