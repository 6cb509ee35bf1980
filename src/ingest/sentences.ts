export interface Range {
  readonly start: number;
  readonly end: number;
}

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** Words that end in a full stop within a sentence. */
const abbreviation =
  /(?:^|[\s(])(?:\p{Lu}|[Dd]r|[Pp]rof|[Mm]rs?|[Mm]s|[Ss]t|Sr|Jr|Nr|[Nn]o|vs|fig|Fig|etc|ca|approx|incl|excl|e\.g|i\.e|z\.B|u\.a|bzw|d\.h|p\.m|a\.m|Inc|Ltd|Co|cf|al|pp?|vol|ed|eds|resp|min|max|tel|Tel|Abs|Std|S)\.$/u;

/** Where the sentences of a text stand, without the blanks around them. Takes time in proportion to the text. */
export const sentencesOf = (text: string): readonly Range[] => {
  const sentences: Range[] = [];
  let start = 0;
  const segments = [...segmenter.segment(text)];
  for (const [place, { index, segment }] of segments.entries()) {
    const end = index + segment.length;
    const next = segments[place + 1]?.segment;
    if (next !== undefined && !endsSentence(segment, next)) continue;
    const range = trimmed(text, { start, end });
    if (range) sentences.push(range);
    start = end;
  }
  return sentences;
};

/** The segmenter takes the stop of ".NET", of "excl. VAT" and of initials for the end of a sentence. */
const endsSentence = (segment: string, next: string): boolean => {
  const plain = segment.trimEnd();
  if (segment.includes("\n", plain.length)) return true;
  if (/[。！？｡]["”’»」』)\]]*$/.test(plain)) return true;
  if (plain.length === segment.length || /^\p{Ll}/u.test(next)) return false;
  // a mark of a footnote stands behind the stop that ends its sentence
  if (/^\[\d+\]/.test(next)) return false;
  return !/\s\.$/.test(plain) && !abbreviation.test(plain.slice(-12)) && /\p{L}{2}|\d/u.test(plain);
};

/** Without the blanks at both ends; `undefined` for one that has no letter and no digit. */
const trimmed = (text: string, { start, end }: Range): Range | undefined => {
  const part = text.slice(start, end);
  if (!/[\p{L}\p{N}]/u.test(part)) return undefined;
  return { start: start + part.length - part.trimStart().length, end: start + part.trimEnd().length };
};
