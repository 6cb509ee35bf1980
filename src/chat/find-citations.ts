/** A place in an answer's text that cites a source. */
interface Citation<Source> {
  readonly source: Source;
  /** In UTF-16 units, as JavaScript counts: `text.slice(start, end)` is the mark. */
  readonly start: number;
  readonly end: number;
}

/** Finds the marks `[1]` and `[1, 3]` of an answer's text, and the sources they mean. `\[1]` is the owner's own. */
export const findCitations = <Source extends { readonly number: number }>(
  text: string,
  sources: readonly Source[],
): readonly Citation<Source>[] =>
  [...text.matchAll(/(?<!\\)\[\s*(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\s*\]/g)].flatMap((mark) => {
    const numbers = (mark[1] ?? "").split(/[,;]/).map(Number);
    const place = { start: mark.index, end: mark.index + mark[0].length };
    return sources.filter(({ number }) => numbers.includes(number)).map((source) => ({ source, ...place }));
  });
