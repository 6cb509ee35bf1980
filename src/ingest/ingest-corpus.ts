import { createHash, randomBytes } from "node:crypto";
import type { Embedder } from "../ports/embedder.ts";
import type { Current, GenerationCatalog } from "../ports/generation.ts";
import type { EmbeddedPassage, KnowledgeIndex } from "../ports/vector-store.ts";
import { AppError } from "../shared/app-error.ts";
import { loadCorpus } from "./load-corpus.ts";
import type { Corpus } from "./load-corpus.ts";
import type { Problem } from "./section.ts";
import { splitFile } from "./split-file.ts";
import type { SplitPassage } from "./split-file.ts";
import { SyntaxProblem } from "./split-structured.ts";
import { warnOfLanguage } from "./warn-of-language.ts";

/** Raised when the same files would be split in another way than before. */
const splitting = 1;

/** The served one, the one before it, and one more: an app may still read what it served last. */
const keptGenerations = 3;

export interface IngestTools {
  readonly catalog: GenerationCatalog;
  readonly index: KnowledgeIndex;
  readonly embedder: Embedder;
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
  readonly warning?: string;
}

interface Job {
  readonly folder: string;
  /** Does nothing when the served generation was made of the same files in the same way. */
  readonly onlyIfChanged?: boolean;
}

/** Turns a folder of files into a new generation and makes it the served one. Fails with `ingest_failed`. */
export const ingestCorpus = async (
  { folder, onlyIfChanged = false }: Job,
  tools: IngestTools,
): Promise<IngestSummary> => {
  const { catalog, index, embedder, signal } = tools;
  const corpus = await loadCorpus(folder);
  // a damaged CURRENT is mended by publishing anew
  const seen = await catalog.current().catch(() => undefined);
  const corpusDigest = digestOf(corpus, index, embedder);
  if (onlyIfChanged && seen && (await digestOfServed(catalog, seen)) === corpusDigest) {
    return { generation: seen.generation, unchanged: true, ...summarize(corpus, new Map(), []) };
  }

  const { passages, problems } = splitCorpus(corpus, embedder);
  refuseNothing(passages, folder, [...corpus.problems, ...problems]);
  const warning = warnOfLanguage([...passages.values()].flat());
  const embedded = await embedPassages(passages, tools);

  const generation = newGenerationId();
  await index.build({ generation, passages: embedded, signal });
  const current = await catalog.publish(
    {
      format: 1,
      id: generation,
      created: new Date().toISOString(),
      embedder: { name: embedder.name, dimensions: embedder.dimensions },
      corpusDigest,
      subject: corpus.plan.subject,
      namespaces: corpus.plan.namespaces.map((namespace) => ({
        ...namespace,
        passages: passages.get(namespace.name)?.length ?? 0,
      })),
    },
    seen,
  );
  await removeOld(tools, current);
  const summary = summarize(corpus, passages, problems);
  return { generation, unchanged: false, ...summary, ...(warning === undefined ? {} : { warning }) };
};

type Passages = ReadonlyMap<string, readonly SplitPassage[]>;

const splitCorpus = (
  corpus: Corpus,
  embedder: Embedder,
): { passages: Passages; problems: readonly Problem[] } => {
  const passages = new Map<string, SplitPassage[]>(corpus.plan.namespaces.map(({ name }) => [name, []]));
  const problems: Problem[] = [];
  for (const file of corpus.files) {
    try {
      const split = splitFile(file, embedder);
      if (split.length === 0) problems.push({ file: file.path, reason: "holds no text" });
      passages.get(file.namespace)?.push(...split);
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      const { line, message: reason } = error;
      problems.push({ file: file.path, reason, ...(line === undefined ? {} : { line }) });
    }
  }
  return { passages, problems };
};

const embedPassages = async (
  passages: Passages,
  { embedder, onProgress, signal }: IngestTools,
): Promise<ReadonlyMap<string, readonly EmbeddedPassage[]>> => {
  const total = [...passages.values()].reduce((sum, all) => sum + all.length, 0);
  const embedded = new Map<string, EmbeddedPassage[]>();
  let done = 0;
  for (const [namespace, all] of passages) {
    const finished: EmbeddedPassage[] = [];
    embedded.set(namespace, finished);
    for (let start = 0; start < all.length; start += 32) {
      const batch = all.slice(start, start + 32);
      const vectors = await embedder.embed(
        batch.map(({ embedText }) => embedText),
        signal,
      );
      for (const [offset, { embedText: _, ...passage }] of batch.entries()) {
        finished.push({ ...passage, vector: vectors[offset] ?? [] });
      }
      done += batch.length;
      onProgress({ done, total });
    }
  }
  return embedded;
};

const refuseNothing = (passages: Passages, folder: string, problems: readonly Problem[]): void => {
  if ([...passages.values()].some((all) => all.length > 0)) return;
  const first = problems[0] ? ` The first problem: ${describeProblem(problems[0])}.` : "";
  const names = [...passages.keys()].map((name) => `${name}/`).join(", ");
  throw new AppError(
    "ingest_failed",
    `There is nothing to ingest in ${folder}: no text in ${names}.${first}`,
  );
};

export const describeProblem = ({ file, line, reason }: Problem): string =>
  `${file}${line === undefined ? "" : `:${line}`}: ${reason}`;

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
    .update(JSON.stringify([splitting, corpus.plan, corpus.digest, index.name, embedder.name]))
    .digest("hex");

const digestOfServed = (catalog: GenerationCatalog, { generation }: Current): Promise<string | undefined> =>
  catalog.manifest(generation).then(
    ({ corpusDigest }) => corpusDigest,
    () => undefined,
  );

/** Sorts by age as long as one clock names them; nothing but the choice of what to remove depends on it. */
const newGenerationId = (): string =>
  `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}-${randomBytes(3).toString("hex")}`;

const removeOld = async ({ catalog, index }: IngestTools, { generation, parent }: Current): Promise<void> => {
  for (const old of (await catalog.list()).slice(0, -keptGenerations)) {
    if (old === generation || old === parent) continue;
    await index.remove(old);
    await catalog.forget(old);
  }
};
