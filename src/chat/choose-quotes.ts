import type { Quote, Source } from "../ports/generator.ts";
import type { Passage, Unit } from "../ports/passage.ts";
import { termsOf, wordsOf } from "../shared/terms.ts";
import { lastHeadingOf, placesAbove, textOf, valueOf } from "../shared/unit-text.ts";

/** How well a unit answers the question. */
export type ScoreUnit = (source: Source, unit: Unit) => Promise<number>;

/** Statements with a smaller share of the best one's score are left out. */
const minShareOfBest = 0.85;
const maxQuotes = 3;

/** Beside the best one in its passage, so that "I grew up in Beirut" comes with "until I was eleven". */
const minShareBeside = 0.75;
const maxBeside = 2;

/** Of one list, such as the members of a group, more may be named. */
const maxSiblings = 7;

/** A heading that is itself the question says where its answer stands. */
const headingWeight = 0.2;

/** A fact whose key is in the question is what was asked for: "how can I reach you by e-mail?", `email`. */
const keyWeight = 0.2;

/** The source that answers best mostly has the statement that does. */
const sourceWeight = 0.1;

/** More than these is cut, and the quote says so. */
const maxItems = 12;
const maxCharsOfAnswer = 600;

interface Scored {
  readonly source: Source;
  /** The place of its unit. */
  readonly unit: number;
  readonly score: number;
}

/** Chooses what of the passages answers the question best, each with what it says nothing without. */
export const chooseQuotes = async (
  question: string,
  sources: readonly Source[],
  scoreUnit: ScoreUnit,
): Promise<readonly Quote[]> => {
  const best = Math.max(...sources.map(({ score }) => score), Number.MIN_VALUE);
  const all: Scored[] = [];
  for (const source of sources) {
    const heading = headingWeight * overlap(wordsOf(question), wordsOf(lastHeadingOf(source)));
    const rank = (sourceWeight * source.score) / best;
    for (const [place, unit] of source.units.entries()) {
      // a question is no answer
      if (unit.kind === "question" && source.units.some(({ parent }) => parent === place)) continue;
      const key = isKeyNamed(unit, question) ? keyWeight : 0;
      all.push({ source, unit: place, score: heading + rank + key + (await scoreUnit(source, unit)) });
    }
  }
  const telling = all.filter((one) => saysMore(one, question));
  const ranked = (telling.length > 0 ? telling : all).toSorted((a, b) => b.score - a.score);
  const [first] = ranked;
  if (!first) return [];
  const good = ranked.filter(({ score }) => score >= first.score * minShareOfBest);
  const siblings = good.filter((one) => areSiblings(one, first));
  const beside = ranked
    .filter((one) => one.source === first.source && one.score >= first.score * minShareBeside)
    .slice(0, maxBeside);
  const chosen =
    siblings.length >= maxQuotes
      ? siblings.slice(0, maxSiblings)
      : [...new Set([...good.slice(0, maxQuotes), ...beside])];
  const inOrder = [...new Set(chosen.map(({ source }) => source))];
  return inOrder.map((source) => quoteOf(source, chosen));
};

/** "Name: Ada Lovelace" is no answer to "Who was Ada Lovelace?". */
const saysMore = ({ source, unit: place }: Scored, question: string): boolean => {
  const unit = source.units[place];
  if (!unit) return false;
  const said = termsOf(unit.kind === "fact" ? valueOf(source, unit) : textOf(source, unit));
  return said.size === 0 || !said.isSubsetOf(termsOf(question));
};

const isKeyNamed = ({ kind, path }: Unit, question: string): boolean => {
  const key = (path?.at(-1) ?? "").toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  return kind === "fact" && key !== "" && wordsOf(question.replaceAll(/[-_.]/g, "")).has(key);
};

/** The share of words that two texts have in common. */
const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): number =>
  a.size === 0 || b.size === 0 ? 0 : a.intersection(b).size / a.union(b).size;

/** The same key of several objects of one list, or items of one list. */
const areSiblings = (one: Scored, other: Scored): boolean => {
  const [a, b] = [one.source.units[one.unit], other.source.units[other.unit]];
  if (!a || !b) return false;
  if (a.kind === "fact" && b.kind === "fact") {
    const [path, otherPath] = [a.path ?? [], b.path ?? []];
    return (
      path.length === otherPath.length &&
      path.length > 1 &&
      path[0] === otherPath[0] &&
      path.at(-1) === otherPath.at(-1)
    );
  }
  return one.source === other.source && a.kind === b.kind && a.parent === b.parent && a.of !== undefined;
};

const quoteOf = (source: Source, chosen: readonly Scored[]): Quote => {
  const { units } = source;
  const wanted = new Set(
    chosen.flatMap((one) => (one.source === source ? withCompany(source, one.unit) : [])),
  );
  const places = [...wanted].toSorted((a, b) => a - b);
  const items = places.filter((place) => units[place]?.of !== undefined);
  const left = new Set(items.slice(maxItems));
  const first = units[items[0] ?? -1];
  // of a list with an order, a part misleads; of others, the part that was found was asked for
  const isCut = left.size > 0 || (first?.kind === "step" && (first.of ?? 0) > items.length);
  return {
    source,
    units: places.filter((place) => !left.has(place)).flatMap((place) => units[place] ?? []),
    ...(isCut && first?.of !== undefined ? { cutFrom: first.of } : {}),
  };
};

/** A unit with those that it says nothing without. */
const withCompany = (passage: Passage, place: number): readonly number[] => {
  const { units } = passage;
  const unit = units[place];
  if (!unit) return [];
  const above = placesAbove(passage, unit).filter((one) => units[one]?.kind !== "question");
  if (isAnswer(passage, place)) return answerAround(passage, place);
  if (unit.kind === "step") {
    const list = units.flatMap((other, index) =>
      other.of !== undefined && areOfOneList(passage, other, unit) ? [index] : [],
    );
    return [...above, ...list];
  }
  const below = placesBelow(passage, place);
  const before =
    pointsBack(textOf(passage, unit)) && units[place - 1]?.kind === "sentence" ? [place - 1] : [];
  return [...above, ...before, place, ...below];
};

const placesBelow = (passage: Passage, place: number): readonly number[] =>
  passage.units[place]?.kind === "fact"
    ? []
    : passage.units.flatMap((unit, index) => (placesAbove(passage, unit).includes(place) ? [index] : []));

/** Under the same outermost unit, of lists of the same size. */
const areOfOneList = (passage: Passage, one: Unit, other: Unit): boolean =>
  placesAbove(passage, one)[0] === placesAbove(passage, other)[0] && one.of === other.of;

/** Of a pair, or under a heading that asks. */
const isAnswer = (passage: Passage, place: number): boolean => {
  const unit = passage.units[place];
  if (!unit || unit.kind === "fact") return false;
  const parent = unit.parent === undefined ? undefined : passage.units[unit.parent];
  return parent?.kind === "question" || /[?？؟]$/.test(lastHeadingOf(passage));
};

/** All of a short answer; of a long one what was found, and what stands before it. */
const answerAround = (passage: Passage, place: number): readonly number[] => {
  const { units } = passage;
  const question = units[place]?.parent;
  const isPair = question !== undefined && units[question]?.kind === "question";
  const answer = units.flatMap(({ kind, parent }, index) =>
    kind !== "question" && (!isPair || parent === question) ? [index] : [],
  );
  const first = units[answer[0] ?? 0];
  const last = units[answer.at(-1) ?? 0];
  const length = first && last ? last.end - first.start : 0;
  return length <= maxCharsOfAnswer ? answer : [...new Set([answer[0] ?? place, place])];
};

/** "It was the first." says nothing without the sentence before it. */
const pointsBack = (text: string): boolean =>
  /^(?:he|she|it|they|his|her|its|their|this|that|these|those|such|there|then)\b/i.test(text);
