import { readFrontMatter } from "./front-matter.ts";
import type { Format } from "./list-knowledge.ts";
import type { Problem, Section } from "./section.ts";
import { splitMarkdown } from "./split-markdown.ts";
import { splitPlainText } from "./split-plain-text.ts";
import { SyntaxProblem, splitStructured } from "./split-structured.ts";
import { whyHidden, whyUnpublished } from "./why-unpublished.ts";
import { withoutHidden, withoutHiddenHtml } from "./without-hidden.ts";

/** What a file says to its readers, or why it says nothing to them. */
export type Page =
  | { readonly unpublished: string }
  | { readonly sections: readonly Section[]; readonly problem?: Omit<Problem, "file"> };

/** Reads a file's text. Throws a `SyntaxProblem` when it is not of its format. */
export const readPage = (text: string, format: Format, now: Date): Page => {
  const page = format === "json" || format === "yaml" ? readData(text, format) : readProse(text, format, now);
  for (const { blocks } of "sections" in page ? page.sections : []) {
    const torn = blocks.find((block) => !block.text.isWellFormed());
    if (torn) throw new SyntaxProblem("holds half of a surrogate pair, which is no text", torn.line);
  }
  return page;
};

const readData = (text: string, format: "json" | "yaml"): Page => {
  const { sections, heads } = splitStructured(text, format);
  const unpublished = heads.map(whyHidden).find(Boolean);
  return unpublished === undefined ? { sections } : { unpublished };
};

const readProse = (text: string, format: "markdown" | "text", now: Date): Page => {
  const matter = readFrontMatter(text);
  const unpublished = matter && whyUnpublished(matter.data, now);
  if (unpublished !== undefined) return { unpublished };
  const end = matter?.end ?? 0;
  // blank lines in its place, so that line numbers stay right
  const body = text.slice(0, end).replaceAll(/[^\n]+/g, "") + text.slice(end);
  if (format === "text") return { sections: splitPlainText(withoutHiddenHtml(body)) };
  const { text: shown, unclosed } = withoutHidden(body);
  const sections = splitMarkdown(shown);
  if (!unclosed) return { sections };
  const reason = `nothing closes ${unclosed.mark}, which hides what follows`;
  return { sections, problem: { line: unclosed.line, reason } };
};
