import type { AnswerScores } from "../ports/embedder.ts";
import type { AskedQuestion, Manifest } from "../ports/generation.ts";
import type { Namespace } from "../ports/namespace.ts";
import type { FindPassages } from "./ask-canaries.ts";
import type { OwnersQuestion } from "./read-questions.ts";

/** What became of the owner's questions. */
export interface CheckedQuestions {
  readonly asked: readonly AskedQuestion[];
  /** How many have an answer, and of how many it was found and not refused. */
  readonly answerable: number;
  readonly found: number;
  readonly toRefuse: number;
  readonly refused: number;
  /** Questions that went wrong now, and right in the generation before. */
  readonly lost: readonly string[];
}

interface Check {
  readonly questions: readonly OwnersQuestion[];
  readonly namespaces: readonly Namespace[];
  /** Finds everything and refuses nothing. */
  readonly findAll: FindPassages;
  readonly scores: AnswerScores;
  readonly previous: Manifest | undefined;
}

/** With fewer of either kind, what fits them best says little of others. */
const minQuestions = 20;
const minToRefuse = 10;

/** How far the owner's questions may move the score below which is refused. */
const maxShift = 0.1;

interface Outcome {
  readonly question: string;
  /** `undefined` for one that has to be refused. */
  readonly expect: string | undefined;
  readonly isFound: boolean;
  readonly best: number;
}

/** Asks the owner's questions of a new index, and fits the scores to them where there are enough. */
export const checkQuestions = async ({
  questions,
  namespaces,
  findAll,
  scores,
  previous,
}: Check): Promise<{ readonly checked: CheckedQuestions; readonly scores: AnswerScores }> => {
  const outcomes: Outcome[] = [];
  for (const one of questions) {
    const hits = await findAll(one.question, namespaces);
    const expect = "expect" in one ? plain(one.expect) : undefined;
    const isFound = expect !== undefined && hits.some(({ text }) => plain(text).includes(expect));
    outcomes.push({ question: one.question, expect, isFound, best: hits[0]?.score ?? 0 });
  }
  const answerable = outcomes.filter(({ expect }) => expect !== undefined);
  const toRefuse = outcomes.filter(({ expect }) => expect === undefined);
  const isEnough = answerable.length >= minQuestions && toRefuse.length >= minToRefuse;
  const maybe = isEnough ? fitted(answerable, toRefuse, scores.maybe) : scores.maybe;
  const isRight = ({ expect, isFound, best }: Outcome): boolean =>
    expect === undefined ? best < maybe : isFound && best >= maybe;
  const asked = outcomes.map((one) => ({ question: one.question, isRight: isRight(one) }));
  const before = new Set((previous?.questions ?? []).flatMap((one) => (one.isRight ? [one.question] : [])));
  return {
    scores: { maybe, sure: Math.max(scores.sure, maybe) },
    checked: {
      asked,
      answerable: answerable.length,
      found: answerable.filter(isRight).length,
      toRefuse: toRefuse.length,
      refused: toRefuse.filter(isRight).length,
      lost: asked.flatMap((one) => (!one.isRight && before.has(one.question) ? [one.question] : [])),
    },
  };
};

type Scored = readonly { readonly best: number }[];

/** The score that refuses the fewest wrongly and lets the fewest pass wrongly, near to what is set for all. */
const fitted = (answerable: Scored, toRefuse: Scored, middle: number): number => {
  const gain = (threshold: number): number =>
    toRefuse.filter(({ best }) => best < threshold).length / toRefuse.length -
    answerable.filter(({ best }) => best < threshold).length / answerable.length;
  const steps = Array.from({ length: 21 }, (_, step) => middle - maxShift + (step * maxShift) / 10);
  return steps.reduce((best, next) => (gain(next) > gain(best) ? next : best), middle);
};

const plain = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, " ").trim();
