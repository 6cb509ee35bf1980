/**
 * Markdown that is still being written, so that it can be shown: what has been opened is closed, and
 * what may still become a link or a mark is held back. Otherwise signs would show and vanish again.
 */
export const settledMarkdown = (text: string): string => {
  if (countOf(text, /^ {0,3}```/gm) % 2 === 1) return text;
  const line = text.slice(text.lastIndexOf("\n\n") + 1);
  const held = text.slice(
    0,
    text.length - (/!?\[[^\]\n]*(?:\](?:\([^)\n]*)?)?$|[*_~`]+$/.exec(unmarked(line))?.[0].length ?? 0),
  );
  const paragraph = held.slice(held.lastIndexOf("\n\n") + 1);
  const closing = ["`", "**"].filter((sign) => paragraph.split(sign).length % 2 === 0);
  return held.trimEnd() + closing.join("");
};

/** `[1]` at the end is a whole mark. */
const unmarked = (line: string): string => (/\[\d+\]$/.test(line) ? "" : line);

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
