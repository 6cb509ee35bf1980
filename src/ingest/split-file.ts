import { createHash } from "node:crypto";
import type { Passage } from "../ports/vector-store.ts";
import { chunkSection } from "./chunk-section.ts";
import type { SourceFile } from "./load-corpus.ts";
import type { Section } from "./section.ts";
import { splitMarkdown } from "./split-markdown.ts";
import { splitPlainText } from "./split-plain-text.ts";
import { splitStructured } from "./split-structured.ts";

/** A passage, and what is embedded for it: its text under its heading. */
export interface SplitPassage extends Passage {
  readonly embedText: string;
}

interface Limits {
  readonly maxTokens: number;
  readonly countTokens: (text: string) => number;
}

/** Splits a file into passages with stable ids. Throws a `SyntaxProblem` when it cannot be read. */
export const splitFile = (file: SourceFile, limits: Limits): readonly SplitPassage[] => {
  const seen = new Map<string, number>();
  return sectionsOf(file).flatMap((section) => {
    const source = section.heading ? `${file.path}#${section.heading}` : file.path;
    // a fact's path already says what its section's key would
    const heading = section.kind === "prose" ? section.heading : "";
    return chunkSection({ ...section, heading }, limits).map(({ text, line }) => {
      const id = createHash("sha256").update(JSON.stringify([source, text])).digest("hex").slice(0, 16);
      const repeated = seen.get(id) ?? 0;
      seen.set(id, repeated + 1);
      return {
        id: repeated > 0 ? `${id}-${repeated}` : id,
        text,
        source,
        line,
        embedText: heading ? `${heading}\n${text}` : text,
      };
    });
  });
};

const sectionsOf = ({ format, text }: SourceFile): readonly Section[] => {
  if (format === "markdown") return splitMarkdown(text);
  if (format === "text") return splitPlainText(text);
  return splitStructured(text, format);
};
