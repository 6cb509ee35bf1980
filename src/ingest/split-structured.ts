import { LineCounter, isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Document, YAMLMap, YAMLSeq } from "yaml";
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

/** Keys whose value names an object, the best first: those of people, JSON Resume, questions, and ordinary ones. */
const labelKeys = [
  "name",
  "title",
  "question",
  "q",
  "company",
  "organization",
  "organisation",
  "institution",
  "position",
  "label",
  "studyType",
  "area",
];

const questionKeys: ReadonlySet<string> = new Set(["question", "q"]);
const answerKeys: ReadonlySet<string> = new Set(["answer", "a"]);

interface Place {
  /** The keys and labels that lead to a node. */
  readonly path: readonly string[];
  readonly section: OpenSection;
  readonly line: number;
}

interface OpenSection extends Section {
  readonly blocks: Block[];
  title?: Block | undefined;
}

/**
 * Flattens JSON or YAML to facts on dotted paths (`basic_identity.facebook: https://…`), grouped by top-level key. Of
 * a list of objects each object is a group, named by its `name`, `title` or the like; one with a question and an
 * answer is read as text. Throws a `SyntaxProblem` with the line.
 */
export const splitStructured = (content: string, format: "json" | "yaml"): Structured => {
  if (format === "json") checkJson(content);
  const lines = new LineCounter();
  // "failsafe" converts nothing: 01712345678 is a phone number, and 1.10 a version
  const options = {
    lineCounter: lines,
    uniqueKeys: format === "yaml",
    schema: "failsafe",
    // each error of a broken file would search it from its beginning
    prettyErrors: false,
  } as const;
  const documents = parseAllDocuments(content, options);
  let facts = 0;
  const sections: OpenSection[] = [];
  const open = (heading: string, kind: Section["kind"] = "facts"): OpenSection => {
    const section: OpenSection = { heading, kind, record: `${heading}/${sections.length}`, blocks: [] };
    sections.push(section);
    return section;
  };
  /** The groups of top-level keys, which documents of one file share. */
  const groups = new Map<string, OpenSection>();
  const groupOf = (key: string): OpenSection => {
    const group = groups.get(key) ?? open(key);
    groups.set(key, group);
    return group;
  };
  const add = (value: string, { path, section, line }: Place): Block | undefined => {
    if (value === "") return undefined;
    facts += 1;
    if (facts > mostFacts) throw new SyntaxProblem(`holds more than ${mostFacts} facts`, line);
    const block: Block = {
      kind: "fact",
      text: [path.join("."), value].filter(Boolean).join(": "),
      line,
      path,
    };
    section.blocks.push(block);
    return block;
  };

  for (const document of documents as Document.Parsed[]) {
    const error = document.errors[0];
    if (error) throw new SyntaxProblem(error.message, lines.linePos(error.pos[0]).line);
    const lineOf = (node: unknown): number =>
      isScalar(node) || isMap(node) || isSeq(node) ? lines.linePos(node.range?.[0] ?? 0).line : 1;

    const visit = (node: unknown, place: Place): void => {
      const { path, line } = place;
      if (path.length > deepest) throw new SyntaxProblem(`is nested more than ${deepest} levels deep`, line);
      if (isAlias(node)) visit(node.resolve(document), place);
      else if (isMap(node)) visitMap(node, place);
      else if (isSeq(node) && node.items.some(isNested)) visitList(node, place);
      else
        add(
          (isSeq(node) ? node.items.map(scalarText).filter(Boolean) : [scalarText(node)]).join(", "),
          place,
        );
    };

    const visitMap = (map: YAMLMap, { path, section }: Place): void => {
      const named = namedValueOf(map);
      if (named) {
        visit(named.value, { path: [...path, named.name], section, line: lineOf(map) });
        return;
      }
      for (const { key: keyNode, value } of map.items) {
        const key = String(isScalar(keyNode) ? keyNode.value : keyNode);
        const line = lineOf(keyNode);
        // a merge key stands for what it merges
        if (key === "<<") visit(value, { path, section, line });
        else {
          const isGroup = path.length === 0 && isNested(value);
          visit(value, { path: [...path, key], section: isGroup ? groupOf(key) : section, line });
        }
      }
    };

    const visitList = (list: YAMLSeq, { path, section, line }: Place): void => {
      const names: string[] = [];
      for (const [index, item] of list.items.entries()) {
        const node: unknown = isAlias(item) ? item.resolve(document) : item;
        const label = isMap(node) ? labelOf(node) : undefined;
        const itemPath = [...path, label?.text ?? String(index + 1)];
        const itemLine = lineOf(item);
        if (!isMap(node) || namedValueOf(node)) {
          visit(node, { path: itemPath.slice(0, isMap(node) ? -1 : undefined), section, line: itemLine });
          continue;
        }
        if (label && questionKeys.has(label.key) && answerOf(node) !== undefined) {
          visitPair(node, { path: itemPath, section: open(label.text, "prose"), line: itemLine });
          continue;
        }
        if (label) names.push(label.text);
        const own = open(itemPath.join("."));
        visitMap(node, { path: itemPath, section: own, line: itemLine });
        own.title = own.blocks.find((block) => label && block.path?.at(-1) === label.key);
      }
      if (names.length > 1 && path.length > 0) add(names.join(", "), { path, section, line });
    };

    const visitPair = (pair: YAMLMap, { path, section, line }: Place): void => {
      for (const { key: keyNode, value } of pair.items) {
        const key = String(isScalar(keyNode) ? keyNode.value : keyNode);
        const place = { path: [...path, key], section, line: lineOf(keyNode) };
        const kind = questionKeys.has(key) ? "question" : answerKeys.has(key) ? "paragraph" : undefined;
        const text = scalarText(value);
        if (!kind || text === "") visit(value, place);
        // the question comes first, wherever it stands
        else if (kind === "question") section.blocks.unshift({ kind, text, line });
        else section.blocks.push({ kind, text, line: place.line });
      }
    };

    visit(document.contents, { path: [], section: groupOf(""), line: lineOf(document.contents) });
  }
  return {
    sections: sections
      .filter(({ blocks }) => blocks.length > 0)
      .toSorted((a, b) => (a.blocks[0]?.line ?? 0) - (b.blocks[0]?.line ?? 0)),
    heads: documents.map(({ contents }) =>
      Object.fromEntries(
        (isMap(contents) ? contents.items : []).flatMap(({ key, value }) =>
          isScalar(key) && isScalar(value) ? [[String(key.value), scalarText(value)]] : [],
        ),
      ),
    ),
  };
};

const isNested = (node: unknown): boolean => isMap(node) || isSeq(node) || isAlias(node);

interface Label {
  readonly key: string;
  readonly text: string;
}

const labelOf = (map: YAMLMap): Label | undefined => {
  for (const key of labelKeys) {
    const text = scalarText(map.get(key, true));
    if (text !== "") return { key, text };
  }
  return undefined;
};

const answerOf = (map: YAMLMap): unknown => [...answerKeys].map((key) => map.get(key, true)).find(Boolean);

/** `{name: "opening hours", value: "9 to 5"}` is one fact. */
const namedValueOf = (map: YAMLMap): { readonly name: string; readonly value: unknown } | undefined => {
  if (map.items.length !== 2) return undefined;
  const value: unknown = map.get("value", true);
  const name = ["name", "key", "label", "property"]
    .map((key) => scalarText(map.get(key, true)))
    .find(Boolean);
  return value && name !== undefined ? { name, value } : undefined;
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
