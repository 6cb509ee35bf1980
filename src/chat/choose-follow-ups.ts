import type { ChatTurn, Source } from "../ports/generator.ts";
import { termsOf, wordsOf } from "../shared/terms.ts";

interface Asked {
  readonly question: string;
  readonly history: readonly ChatTurn[];
  readonly sources: readonly Source[];
}

const most = 3;

/** Of the questions that were offered, those that the sources may answer and that were not asked yet. */
export const chooseFollowUps = (
  offered: readonly string[],
  { question, history, sources }: Asked,
): readonly string[] => {
  const known = tellingWords(sources.map(({ source, text }) => `${source}\n${text}`).join("\n"));
  const seen = new Set([question, ...history.map(({ content }) => content)].map(plain));
  return offered
    .filter((one) => {
      const again = seen.has(plain(one));
      seen.add(plain(one));
      return !again && !tellingWords(one).isDisjointFrom(known);
    })
    .slice(0, most);
};

const plain = (text: string): string => [...wordsOf(text)].join(" ");

/** Not every language has blanks between its words. */
const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

const tellingWords = (text: string): ReadonlySet<string> =>
  new Set(
    [...segmenter.segment(text)].flatMap(({ segment, isWordLike }) =>
      isWordLike ? [...termsOf(segment)] : [],
    ),
  );
