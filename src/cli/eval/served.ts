import { searchKnowledge } from "../../chat/search-knowledge.ts";
import type { Parts } from "../../app/parts.ts";
import type { LiveGeneration } from "../../ports/generation.ts";
import type { Hit } from "../../ports/passage.ts";
import type { Expectation } from "./file.ts";
import { holdsText, rankOf, rankingOf } from "./scores.ts";
import type { Ranking } from "./scores.ts";
import { servedGenerations } from "../lib/served-generations.ts";
import { silentTelemetry as telemetry } from "../../telemetry/silent.ts";

/** A question that did not come out as it should. */
export interface Miss {
  readonly question: string;
  readonly problem: string;
}

/** What the owner's own questions came to on the served generation. */
export interface ServedResult extends Ranking {
  readonly generation: string;
  readonly expected: number;
  readonly toRefuse: number;
  readonly refusedRight: number;
  readonly refusedWrong: number;
  readonly misses: readonly Miss[];
}

interface Asked {
  readonly expectation: Expectation;
  readonly generation: string;
  /** Of all namespaces with facts, best first. */
  readonly hits: readonly Hit[];
}

/** Asks the served generation, searching as the app would. */
export const evaluateServed = async (
  expectations: readonly Expectation[],
  parts: Parts,
  signal: AbortSignal,
): Promise<ServedResult> => {
  const generations = servedGenerations(parts);
  try {
    const asked: Asked[] = [];
    for (const expectation of expectations) {
      asked.push(await ask(expectation, { generations, telemetry }, signal));
    }
    return sumUp(asked);
  } finally {
    await generations.close();
  }
};

const ask = async (
  expectation: Expectation,
  tools: Pick<Parts, "telemetry"> & { readonly generations: LiveGeneration },
  signal: AbortSignal,
): Promise<Asked> => {
  const { generation, namespaces, hits } = await searchKnowledge(
    { question: expectation.question },
    tools,
    signal,
  );
  const failed = namespaces.find(({ error }) => error);
  // what could not be searched says nothing about the files
  if (failed?.error) throw failed.error;
  return { expectation, generation, hits };
};

const sumUp = (asked: readonly Asked[]): ServedResult => {
  const expected = asked.flatMap(({ expectation, hits }) =>
    "expect" in expectation ? [{ question: expectation.question, expect: expectation.expect, hits }] : [],
  );
  const toRefuse = asked.filter(({ expectation }) => "refuse" in expectation);
  const ranked = expected.map((one) => ({ ...one, rank: rankOf(one.hits, holds(one.expect)) }));
  return {
    generation: asked[0]?.generation ?? "",
    expected: expected.length,
    toRefuse: toRefuse.length,
    ...rankingOf(ranked.map(({ rank }) => rank)),
    refusedRight: toRefuse.filter(({ hits }) => hits.length === 0).length,
    refusedWrong: expected.filter(({ hits }) => hits.length === 0).length,
    misses: [
      ...ranked
        .filter(({ rank }) => rank === 0)
        .map(({ question, expect, hits }) => ({
          question,
          problem: hits[0]
            ? `"${expect}" was not found, the best was ${describeHit(hits[0])}`
            : "wrongly refused",
        })),
      ...toRefuse.flatMap(({ expectation: { question }, hits: [best] }) =>
        best ? [{ question, problem: `not refused, because of ${describeHit(best)}` }] : [],
      ),
    ],
  };
};

const describeHit = ({ source, score }: Hit): string => `${source} (${score.toFixed(2)})`;

const holds =
  (expect: string) =>
  ({ text }: Hit): boolean =>
    holdsText(text, expect);
