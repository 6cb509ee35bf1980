import { createHash } from "node:crypto";
import type { Embedder } from "../ports/embedder.ts";
import type { Canary, Current, GenerationCatalog, GenerationContent } from "../ports/generation.ts";
import type { KnowledgeIndex } from "../ports/vector-store.ts";
import { AppError, messageOf } from "../shared/app-error.ts";
import { embedPassages } from "./embed-passages.ts";
import { loadCorpus } from "./load-corpus.ts";
import type { Corpus } from "./load-corpus.ts";
import { describeProblem } from "./section.ts";
import type { Problem } from "./section.ts";
import { splitFile } from "./split-file.ts";
import type { SplitPassage } from "./split-file.ts";
import { SyntaxProblem } from "./split-structured.ts";
import { askCanaries } from "./ask-canaries.ts";
import { chooseStarters } from "./choose-starters.ts";
import { makeCanaries } from "./make-canaries.ts";
import { leaveOutRepeats } from "./leave-out-repeats.ts";
import { warnOfLanguage } from "./warn-of-language.ts";

/** Raised when the same files would become another generation than before. */
const making = 4;

export interface IngestTools {
  readonly catalog: GenerationCatalog;
  readonly index: KnowledgeIndex;
  readonly embedder: Embedder;
  readonly keepGenerations: number;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal: AbortSignal;
}

export interface IngestSummary {
  readonly generation: string;
  /** Nothing was done: the served generation already holds exactly this. */
  readonly unchanged: boolean;
  readonly namespaces: readonly {
    readonly name: string;
    readonly files: number;
    readonly passages: number;
  }[];
  readonly problems: readonly Problem[];
  /** How many passages were left out, because others say the same. */
  readonly repeated: number;
  /** How many texts were embedded anew, and how long that took. */
  readonly embedded: number;
  readonly embedMs: number;
  readonly warning: string | undefined;
}

/** Turns a folder of files into a new generation and makes it the served one. Fails with `ingest_failed`. */
export const ingestCorpus = async (
  { folder, force = false }: { readonly folder: string; readonly force?: boolean },
  tools: IngestTools,
): Promise<IngestSummary> => {
  const { catalog, index, embedder, signal } = tools;
  // before the files are read: whoever publishes later has read them later, and must win
  const seen = await currentOrNone(catalog);
  const corpus = await loadCorpus(folder, embedder.threshold);
  const corpusDigest = digestOf(corpus, index, embedder);
  const previous = seen && (await usableContent(catalog, seen));
  const { passages, problems, repeated } = splitCorpus(corpus, embedder);
  const warning = embedder.englishOnly ? warnOfLanguage([...passages.values()].flat()) : undefined;
  if (
    !force &&
    seen &&
    previous?.manifest.corpusDigest === corpusDigest &&
    (await isWhole(tools, previous))
  ) {
    const summary = summarize(corpus, passages, problems);
    return { ...nothingDone, generation: seen.generation, ...summary, repeated, warning };
  }

  refuseNothing(passages, folder, [...corpus.problems, ...problems]);
  const embedded = await embedPassages(passages, previous, tools);

  const id = await catalog.newId(seen);
  let canaries: readonly Canary[] = [];
  const built = await index.build({
    generation: id,
    passages: embedded.passages,
    verify: async (store) => {
      const asking = { store, embedder, signal };
      canaries = await askCanaries(corpus, asking);
      canaries = [...canaries, ...(await makeCanaries({ plan: corpus.plan, passages, canaries }, asking))];
    },
    signal,
  });
  try {
    await catalog.publish(
      {
        id,
        created: new Date().toISOString(),
        embedder: { name: embedder.name, dimensions: embedder.dimensions },
        corpusDigest,
        subject: corpus.plan.subject,
        starters: chooseStarters(corpus.plan, passages),
        canaries,
        namespaces: corpus.plan.namespaces.map((namespace) => ({
          ...namespace,
          passages: passages.get(namespace.name)?.length ?? 0,
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
  return {
    generation: id,
    unchanged: false,
    ...summarize(corpus, passages, problems),
    repeated,
    embedded: embedded.embedded,
    embedMs: embedded.durationMs,
    warning,
  };
};

/** What cannot be removed now, because another publisher is still writing to it, is removed the next time. */
const removeOld = async ({ catalog, index, keepGenerations }: IngestTools): Promise<void> => {
  const removed = await catalog.prune(keepGenerations).catch(() => []);
  for (const old of removed) await index.remove(old).catch(() => undefined);
};

type Passages = ReadonlyMap<string, readonly SplitPassage[]>;

const nothingDone = { unchanged: true, embedded: 0, embedMs: 0 } as const;

/** A damaged `CURRENT` is mended by publishing anew; a share that cannot be reached is not. */
const currentOrNone = (catalog: GenerationCatalog): Promise<Current | undefined> =>
  catalog.current().catch((error: unknown) => {
    if (error instanceof AppError && error.code === "generation_unusable") return undefined;
    throw error;
  });

const usableContent = (
  catalog: GenerationCatalog,
  { generation }: Current,
): Promise<GenerationContent | undefined> => catalog.content(generation).catch(() => undefined);

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

const splitCorpus = (
  corpus: Corpus,
  embedder: Embedder,
): { passages: Passages; problems: readonly Problem[]; repeated: number } => {
  const split = new Map<string, SplitPassage[]>(corpus.plan.namespaces.map(({ name }) => [name, []]));
  const problems: Problem[] = [];
  for (const file of corpus.files) {
    try {
      const found = splitFile(file, embedder);
      if (found.length === 0) problems.push({ file: file.path, reason: "holds no text" });
      split.get(file.namespace)?.push(...found);
    } catch (error) {
      // whatever is odd about one file, the others are not to suffer from it
      const line = error instanceof SyntaxProblem ? error.line : undefined;
      problems.push({ file: file.path, reason: messageOf(error), ...(line === undefined ? {} : { line }) });
    }
  }
  const passages = new Map([...split].map(([namespace, all]) => [namespace, leaveOutRepeats(all)]));
  return { passages, problems, repeated: count(split) - count(passages) };
};

const count = (passages: Passages): number => [...passages.values()].flat().length;

const refuseNothing = (passages: Passages, folder: string, problems: readonly Problem[]): void => {
  if ([...passages.values()].some((all) => all.length > 0)) return;
  const first = problems[0] ? ` The first problem: ${describeProblem(problems[0])}.` : "";
  const names = [...passages.keys()].map((name) => `${name}/`).join(", ");
  throw new AppError(
    "ingest_failed",
    `There is nothing to ingest in ${folder}: no text in ${names}.${first}`,
  );
};

const summarize = (
  { plan, files, problems }: Corpus,
  passages: Passages,
  more: readonly Problem[],
): Pick<IngestSummary, "namespaces" | "problems"> => ({
  namespaces: plan.namespaces.map(({ name }) => ({
    name,
    files: files.filter(({ namespace }) => namespace === name).length,
    passages: passages.get(name)?.length ?? 0,
  })),
  problems: [...problems, ...more],
});

const digestOf = (corpus: Corpus, index: KnowledgeIndex, embedder: Embedder): string =>
  createHash("sha256")
    .update(JSON.stringify([making, corpus.plan, corpus.digest, index.name, embedder.name]))
    .digest("hex");
