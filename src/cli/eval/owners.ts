import { join } from "node:path";
import type { Config } from "../../config/read-config.ts";
import { composePublisher } from "../../app/parts.ts";
import { createCachedEmbedder } from "../../adapters/cached-embedder.ts";
import { createWordIndex } from "../../chat/word-index.ts";
import { ingestCorpus } from "../../ingest/ingest-corpus.ts";
import { silentTelemetry } from "../../telemetry/silent.ts";
import { isolatedConfig } from "../../config/isolated-config.ts";
import { inTemporaryFolder } from "../lib/temporary-folder.ts";
import { askFiles } from "./ask-files.ts";
import type { AskedFiles } from "./ask-files.ts";
import type { OwnerFile } from "./file.ts";
import { holdsText, quantile, rankOf, share } from "./scores.ts";

/** What became of a question to an owner's files. */
interface Outcome {
  readonly question: string;
  /** What has to be found; `undefined` where the question has to be refused. */
  readonly expect: string | undefined;
  /** Of those to be refused: about the owner's topic, and yet not in the files. */
  readonly isNear: boolean;
  /** The best score of the same question with two letters swapped in its longest word. */
  readonly bestWithTypo: number;
  /** The place of what has to be found, 0 where it was not. */
  readonly rank: number;
  readonly best: number;
  readonly holds: boolean;
  readonly answerLength: number;
}

/** Shares of questions, 0 to 1. */
export interface OwnerMeasures {
  readonly recallAt1: number;
  readonly recallAt5: number;
  readonly wronglyRefused: number;
  readonly nearRefused: number;
  readonly offRefused: number;
  /** The same, with two letters swapped in the longest word of each question. */
  readonly wronglyRefusedWithTypo: number;
  /** Of all that have an answer: those that were refused do not hold it. */
  readonly answerHolds: number;
}

export interface OwnerResult extends OwnerMeasures {
  readonly owner: string;
  readonly questions: number;
  /** The score below which was refused: fitted on the other owners, or the embedder's own. */
  readonly threshold: number;
  readonly outcomes: readonly Outcome[];
}

export interface OwnersResult {
  readonly owners: readonly OwnerResult[];
  /** Of all owners' measures, each owner counting alike. */
  readonly average: OwnerMeasures;
  readonly medianAnswerLength: number;
}

/** So many of the questions with an answer the fitted threshold refuses, on the owners that it is fitted on. */
const fittedRefusals = 0.05;

/**
 * Ingests each owner's files and asks its questions. With several owners, what is refused below is fitted on all others
 * and measured on each.
 */
export const evaluateOwners = async (
  owners: readonly OwnerFile[],
  config: Config,
  signal: AbortSignal,
): Promise<OwnersResult> => {
  const asked: {
    readonly name: string;
    readonly threshold: number;
    readonly outcomes: readonly Outcome[];
  }[] = [];
  for (const { name, folder, questions } of owners) {
    const found = await withFiles(join(folder, "knowledge"), config, signal, async (files, threshold) => {
      const outcomes: Outcome[] = [];
      for (const one of questions) {
        const { question } = one;
        const { hits, best, answer } = await askFiles(question, files);
        const expect = "expect" in one ? one.expect : undefined;
        const said = expect === undefined ? "" : await answer();
        const typo = expect === undefined ? undefined : await askFiles(withTypo(question), files);
        outcomes.push({
          question,
          expect,
          isNear: "refuse" in one && one.near === true,
          rank: expect === undefined ? 0 : rankOf(hits, ({ text }) => holdsText(text, expect)),
          best,
          bestWithTypo: typo?.best ?? 0,
          holds: expect !== undefined && holdsText(said, expect),
          answerLength: said.length,
        });
      }
      return { threshold, outcomes };
    });
    asked.push({ name, ...found });
  }
  const results = asked.map(({ name, threshold: own, outcomes }): OwnerResult => {
    const others = asked.filter((other) => other.name !== name).flatMap((other) => other.outcomes);
    const threshold = others.length > 0 ? fitThreshold(others) : own;
    return { owner: name, questions: outcomes.length, threshold, ...measure(outcomes, threshold), outcomes };
  });
  const lengths = results.flatMap(({ outcomes }) =>
    outcomes.flatMap(({ answerLength }) => answerLength || []),
  );
  return { owners: results, average: averageOf(results), medianAnswerLength: quantile(lengths, 0.5) };
};

const withFiles = <T>(
  folder: string,
  config: Config,
  signal: AbortSignal,
  use: (files: AskedFiles, threshold: number) => Promise<T>,
): Promise<T> =>
  inTemporaryFolder("eval", async (dataFolder) => {
    const publisher = await composePublisher(isolatedConfig(config, dataFolder), silentTelemetry);
    const { generation } = await ingestCorpus(
      { folder },
      { ...publisher, keepGenerations: 1, onProgress: () => undefined, signal },
    );
    const content = await publisher.catalog.content(generation);
    const { manifest } = content;
    const passages = await content.passagesById();
    const store = await publisher.index.open(content, signal);
    try {
      const { subject, language = "en", namespaces } = manifest;
      const words = createWordIndex({ passages, subject, language });
      const embedder = createCachedEmbedder(publisher.embedder, { size: 10_000 });
      const files = { namespaces, store, passages, words, language, embedder, signal };
      return await use(files, manifest.scores?.maybe ?? 0);
    } finally {
      await store.close();
    }
  });

const fitThreshold = (outcomes: readonly Outcome[]): number =>
  quantile(
    outcomes.flatMap(({ expect, best }) => (expect === undefined ? [] : [best])),
    fittedRefusals,
  );

const measure = (outcomes: readonly Outcome[], threshold: number): OwnerMeasures => {
  const answerable = outcomes.filter(({ expect }) => expect !== undefined);
  const toRefuse = outcomes.filter(({ expect }) => expect === undefined);
  const isRefused = ({ best }: Outcome): boolean => best < threshold;
  return {
    recallAt1: share(answerable, ({ rank }) => rank === 1),
    recallAt5: share(answerable, ({ rank }) => rank > 0 && rank <= 5),
    wronglyRefused: share(answerable, isRefused),
    wronglyRefusedWithTypo: share(answerable, ({ bestWithTypo }) => bestWithTypo < threshold),
    nearRefused: share(
      toRefuse.filter(({ isNear }) => isNear),
      isRefused,
    ),
    offRefused: share(
      toRefuse.filter(({ isNear }) => !isNear),
      isRefused,
    ),
    answerHolds: share(answerable, (one) => one.holds && !isRefused(one)),
  };
};

const averageOf = (results: readonly OwnerMeasures[]): OwnerMeasures => {
  const mean = (of: (one: OwnerMeasures) => number): number =>
    results.reduce((sum, one) => sum + of(one), 0) / Math.max(1, results.length);
  return {
    recallAt1: mean(({ recallAt1 }) => recallAt1),
    recallAt5: mean(({ recallAt5 }) => recallAt5),
    wronglyRefused: mean(({ wronglyRefused }) => wronglyRefused),
    wronglyRefusedWithTypo: mean(({ wronglyRefusedWithTypo }) => wronglyRefusedWithTypo),
    nearRefused: mean(({ nearRefused }) => nearRefused),
    offRefused: mean(({ offRefused }) => offRefused),
    answerHolds: mean(({ answerHolds }) => answerHolds),
  };
};

const minTypoLetters = 4;

/** Two letters in the middle of the longest word change places. */
const withTypo = (question: string): string => {
  const words = question.match(/\p{L}+/gu) ?? [];
  const longest = words.reduce((one, other) => (other.length > one.length ? other : one), "");
  if (longest.length < minTypoLetters) return question;
  const place = Math.floor(longest.length / 2) - 1;
  const swapped = `${longest.slice(0, place)}${longest[place + 1]}${longest[place]}${longest.slice(place + 2)}`;
  return question.replace(longest, swapped);
};
