import { LineCounter, isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import type { Block, Section } from "./section.ts";

/** Aliases can point to what holds them, or multiply: a file of a few lines would never end. */
const deepest = 32;
const mostFacts = 20_000;

/** A file that cannot be read, with the line where reading ended. */
export class SyntaxProblem extends Error {
  readonly line: number | undefined;

  constructor(reason: string, line: number | undefined) {
    super(reason);
    this.line = line;
  }
}

export interface Structured {
  readonly sections: readonly Section[];
  /** What each document says at its top, without what is nested. */
  readonly heads: readonly Readonly<Record<string, string>>[];
}

/**
 * Flattens JSON or YAML to facts on dotted paths (`basic_identity.facebook: https://…`), grouped by
 * top-level key. A list of objects makes one group an object, named by its `name` or `title`.
 * Throws a `SyntaxProblem` with the line.
 */
export const splitStructured = (text: string, format: "json" | "yaml"): Structured => {
  if (format === "json") checkJson(text);
  const lines = new LineCounter();
  // "failsafe" converts nothing: 01712345678 is a phone number, and 1.10 a version
  const options = {
    lineCounter: lines,
    uniqueKeys: format === "yaml",
    schema: "failsafe",
    // each error of a broken file would search it from its beginning
    prettyErrors: false,
  } as const;
  const documents = parseAllDocuments(text, options);
  let facts = 0;
  const sections = new Map<string, Block[]>();
  const sectionOf = (heading: string): Block[] => {
    const blocks = sections.get(heading) ?? [];
    sections.set(heading, blocks);
    return blocks;
  };

  for (const document of documents as Document.Parsed[]) {
    const error = document.errors[0];
    if (error) throw new SyntaxProblem(error.message, lines.linePos(error.pos[0]).line);
    const lineOf = (node: unknown): number =>
      isScalar(node) || isMap(node) || isSeq(node) ? lines.linePos(node.range?.[0] ?? 0).line : 1;

    const visit = (node: unknown, path: readonly string[], section: string, line: number): void => {
      if (path.length > deepest) throw new SyntaxProblem(`is nested more than ${deepest} levels deep`, line);
      if (isAlias(node)) return visit(node.resolve(document), path, section, line);
      if (isMap(node)) {
        for (const pair of node.items) {
          const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
          // a merge key stands for what it merges
          if (key === "<<") {
            visit(pair.value, path, section, lineOf(pair.key));
            continue;
          }
          const nested = isMap(pair.value) || isSeq(pair.value) || isAlias(pair.value);
          visit(pair.value, [...path, key], section || (nested ? key : ""), lineOf(pair.key));
        }
      } else if (isSeq(node) && node.items.some((item) => isMap(item) || isSeq(item) || isAlias(item))) {
        for (const [index, item] of node.items.entries()) {
          const name = isMap(item) ? (item.get("name") ?? item.get("title")) : undefined;
          const label = typeof name === "string" ? name : String(index + 1);
          visit(item, [...path, label], [...path, label].join("."), lineOf(item));
        }
      } else {
        const values = isSeq(node) ? node.items.map(scalarText) : [scalarText(node)];
        const value = values.filter(Boolean).join(", ");
        facts += value ? 1 : 0;
        if (facts > mostFacts) throw new SyntaxProblem(`holds more than ${mostFacts} facts`, line);
        if (value)
          sectionOf(section).push({ text: [path.join("."), value].filter(Boolean).join(": "), line });
      }
    };
    visit(document.contents, [], "", lineOf(document.contents));
  }
  return {
    sections: [...sections].map(([heading, blocks]) => ({ heading, kind: "facts", blocks })),
    heads: documents.map(({ contents }) =>
      Object.fromEntries(
        (isMap(contents) ? contents.items : []).flatMap(({ key, value }) =>
          isScalar(key) && isScalar(value) ? [[String(key.value), scalarText(value)]] : [],
        ),
      ),
    ),
  };
};

const scalarText = (node: unknown): string => {
  if (!isScalar(node) || typeof node.value !== "string") return "";
  if (node.type === "PLAIN" && /^(?:~|null|)$/i.test(node.value)) return "";
  return node.value
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .join(" ");
};

/** YAML reads nearly all JSON, and more: what is not JSON is reported in JSON's own words. */
const checkJson = (text: string): void => {
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(reason)?.[1];
    const until = position === undefined ? text.length : Number(position);
    throw new SyntaxProblem(reason, text.slice(0, until).split("\n").length);
  }
};
