/** What is longer is no link that is still being written. */
const maxHeld = 500;

/**
 * Markdown that is still being written, so that it can be shown: what has been opened is closed, and
 * what may still become a link or a mark is held back. Otherwise signs would show and vanish again.
 */
export const settledMarkdown = (text: string): string => {
  if (countOf(text, /^[ \t>]*(?:`{3}|~{3})/gm) % 2 === 1) return text;
  const shown = text.slice(0, text.length - heldLength(text.slice(text.lastIndexOf("\n") + 1)));
  const paragraph = shown.slice(shown.lastIndexOf("\n\n") + 1);
  const closing = ["`", "**"].filter((sign) => paragraph.split(sign).length % 2 === 0);
  return shown.trimEnd() + closing.join("");
};

/** How much at the end of a line may still become something else. */
const heldLength = (line: string): number => {
  let end = line.length;
  while (end > 0 && "*_~`".includes(line.charAt(end - 1))) end -= 1;
  if (end < line.length) return line.length - end;
  // `[1]` at the end is a whole mark
  if (/\[\d{1,9}\]$/.test(line.slice(-11))) return 0;
  const closed = line.lastIndexOf("]");
  const isLink =
    closed >= 0 && (closed === line.length - 1 || (line[closed + 1] === "(" && !line.includes(")", closed)));
  const before = isLink ? line.lastIndexOf("]", closed - 1) : closed;
  const opened = line.indexOf("[", before + 1);
  if (opened < 0) return 0;
  const held = line.length - (line[opened - 1] === "!" ? opened - 1 : opened);
  return held > maxHeld ? 0 : held;
};

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
