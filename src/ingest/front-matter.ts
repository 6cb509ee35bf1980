import { parse as parseToml } from "smol-toml";
import { parseDocument } from "yaml";

export interface FrontMatter {
  /** Of one that cannot be parsed, what its lines of the form `key: value` say. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Where the page begins behind it. */
  readonly end: number;
}

/**
 * Finds what a page says of itself before its text, as static site generators read it: YAML between `---` (or up to
 * `...`), TOML between `+++`, or a JSON object. Line breaks are `\n`.
 */
export const readFrontMatter = (text: string): FrontMatter | undefined => {
  const start = /^\s*/.exec(text)?.[0].length ?? 0;
  // indented, it is code
  if (start > 0 && text[start - 1] !== "\n") return undefined;
  return text[start] === "{" ? readObject(text, start) : readFenced(text, start);
};

const readFenced = (text: string, start: number): FrontMatter | undefined => {
  const [opening, mark = "", language = ""] =
    /^(---|\+\+\+)[ \t]*(yaml|toml|json)?[ \t]*\n/i.exec(text.slice(start, start + 100)) ?? [];
  if (opening === undefined) return undefined;
  const isToml = mark === "+++" || language.toLowerCase() === "toml";
  const first = start + opening.length;
  const found = findEnd(text, first, mark);
  if (!found) return readUnclosed(text, first);
  const block = text.slice(first, found.mark);
  const data = isToml ? tomlOf(block) : yamlOf(block);
  if (data === "broken") return { data: linesOf(block), end: isToml || startsWithKey(block) ? found.end : 0 };
  return data && { data, end: found.end };
};

const findEnd = (
  text: string,
  first: number,
  mark: string,
): { readonly mark: number; readonly end: number } | undefined => {
  for (let at = first; at < text.length;) {
    const lineEnd = text.indexOf("\n", at);
    const end = lineEnd < 0 ? text.length : lineEnd + 1;
    const line = text.slice(at, end).trimEnd();
    if (line === mark || (line === "..." && mark === "---")) return { mark: at, end };
    at = end;
  }
  return undefined;
};

/** A generator takes no such page. So only what it says of itself counts, and its text stays as it is. */
const readUnclosed = (text: string, first: number): FrontMatter => {
  const [head = ""] = text.slice(first).split(/\n[ \t]*\n/, 1);
  return { data: linesOf(head), end: 0 };
};

const readObject = (text: string, start: number): FrontMatter | undefined => {
  // a tag of a template begins with a brace too
  if (!/^\{\s*["}]/.test(text.slice(start, start + 1_000))) return undefined;
  const end = objectEnd(text, start);
  if (end === undefined) return readUnclosed(text, start + 1);
  const lineEnd = text.indexOf("\n", end);
  const next = lineEnd < 0 ? text.length : lineEnd + 1;
  if (text.slice(end, next).trim() !== "") return undefined;
  const block = text.slice(start, end);
  // YAML reads a comma too many as well
  const data = yamlOf(block) ?? "broken";
  return { data: data === "broken" ? linesOf(block) : data, end: next };
};

/** Behind the brace that closes the object; `undefined` when none does. */
const objectEnd = (text: string, start: number): number | undefined => {
  const marks = /["{}]|\\./gs;
  marks.lastIndex = start;
  let depth = 0;
  let isQuoted = false;
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    if (found[0] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && found[0] === "{") depth += 1;
    else if (!isQuoted && found[0] === "}") depth -= 1;
    if (depth === 0) return marks.lastIndex;
  }
  return undefined;
};

/** `undefined` where it is no map of keys, but prose between two rules. */
const yamlOf = (block: string): FrontMatter["data"] | "broken" | undefined => {
  try {
    const document = parseDocument(block, { uniqueKeys: false, logLevel: "silent", prettyErrors: false });
    if (document.errors.length > 0) return "broken";
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return isRecord(value) ? value : undefined;
  } catch {
    // aliases that multiply, brackets without end
    return "broken";
  }
};

const tomlOf = (block: string): FrontMatter["data"] | "broken" => {
  try {
    return parseToml(block);
  } catch {
    return "broken";
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What stands between two rules of a text begins otherwise. */
const startsWithKey = (block: string): boolean => {
  const first = block.split("\n").find((line) => !/^\s*(?:#|$)/.test(line)) ?? "";
  return /^\s*["']?[\w-]+["']?\s*:/.test(first);
};

const linesOf = (block: string): FrontMatter["data"] => {
  const data: Record<string, unknown> = {};
  for (const line of block.split("\n")) {
    const mark = line.search(/[:=]/);
    if (mark > 0) data[unquoted(line.slice(0, mark))] = unquoted(line.slice(mark + 1));
  }
  return data;
};

const unquoted = (text: string): string => {
  const plain = text.trim().replace(/,$/, "").trimEnd();
  const [, inner] = /^(["'])(.*)\1$/s.exec(plain)?.slice(1) ?? [];
  return inner ?? plain.replace(/\s#.*$/s, "").trim();
};
