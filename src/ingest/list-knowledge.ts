import type { Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { describeFileError } from "./describe-file-error.ts";
import type { Problem } from "./section.ts";

export type Format = "markdown" | "text" | "json" | "yaml";

const formats: Readonly<Record<string, Format>> = {
  ".md": "markdown",
  ".markdown": "markdown",
  ".txt": "text",
  ".json": "json",
  ".yaml": "yaml",
  ".yml": "yaml",
};

/** A file of a readable kind. */
interface FoundFile {
  /** Relative to the knowledge folder, with `/`, by the names of the links that lead to it. */
  readonly path: string;
  /** Its real path, inside the knowledge folder. */
  readonly file: string;
  readonly format: Format;
}

export interface KnowledgeFile extends FoundFile {
  readonly namespace: string;
}

export interface KnowledgeListing {
  /** By namespace, then by path. */
  readonly files: readonly KnowledgeFile[];
  readonly problems: readonly Problem[];
  /** Links that leave the folder; nothing behind them is read. */
  readonly refused: readonly string[];
  /** The number of files of each kind that is not read, by ending; "" for those without one. */
  readonly otherKinds: ReadonlyMap<string, number>;
}

/**
 * Decides which files are the knowledge, for the ingest and for the package: those of readable kinds in the folders of
 * the namespaces, none that is hidden, and none outside the knowledge folder. `root` is that folder's real path.
 */
export const listKnowledge = async (
  root: string,
  namespaces: readonly string[],
): Promise<KnowledgeListing> => {
  const files: KnowledgeFile[] = [];
  const rest: Findings[] = [];
  for (const namespace of namespaces) {
    const found = await findBelow(root, namespace);
    files.push(...found.files.map((file) => ({ namespace, ...file })));
    rest.push(found);
  }
  const read = new Set(files.map(({ file }) => file));
  for (const name of (await readdir(root)).sort()) {
    if (namespaces.includes(name) || name.startsWith(".") || isAboutFolder(name)) continue;
    rest.push(judgeStray(name, await findBelow(root, name), { read, namespaces }));
  }
  const otherKinds = new Map<string, number>();
  for (const ending of rest.flatMap((found) => found.otherKinds))
    otherKinds.set(ending, (otherKinds.get(ending) ?? 0) + 1);
  return {
    files,
    problems: rest.flatMap(({ problems }) => problems),
    refused: rest.flatMap(({ refused }) => refused),
    otherKinds,
  };
};

interface Findings {
  readonly problems: readonly Problem[];
  readonly refused: readonly string[];
  /** The ending of each file of another kind. */
  readonly otherKinds: readonly string[];
}

const isAboutFolder = (name: string): boolean => /^(?:readme|licen[cs]e|namespaces|canaries)\b/i.test(name);

/** What no namespace holds is more likely a typing error than a wish, where it could be read and is not. */
const judgeStray = (
  name: string,
  { files, ...found }: Findings & { readonly files: readonly FoundFile[] },
  { read, namespaces }: { readonly read: ReadonlySet<string>; readonly namespaces: readonly string[] },
): Findings => {
  const own = { ...found, problems: found.problems.filter(({ file }) => file === name) };
  const unread = files.find(({ file }) => !read.has(file));
  if (!unread) return own;
  const names = namespaces.join(", ");
  const problem =
    unread.path === name
      ? { file: name, reason: `is in no namespace; move it to one of ${names}` }
      : { file: `${name}/`, reason: `is not one of the namespaces (${names}); add it to namespaces.json` };
  return { ...own, problems: [...own.problems, problem] };
};

/** What is in one entry of the knowledge folder: a folder with all below it, a file, or a link to one of them. */
const findBelow = async (
  root: string,
  name: string,
): Promise<Findings & { readonly files: readonly FoundFile[] }> => {
  const files: FoundFile[] = [];
  const problems: Problem[] = [];
  const refused: string[] = [];
  const otherKinds: string[] = [];
  /** Real paths of folders: links that lead in circles, or several times to one folder, add nothing. */
  const visited = new Set<string>();
  const links: { readonly path: string; readonly file: string }[] = [];

  const cannotRead = (path: string, error: unknown, isHarmless = false): void =>
    void problems.push({ file: path, reason: `cannot be read: ${describeFileError(error)}`, isHarmless });

  const walk = async (folder: string, path: string): Promise<void> => {
    if (visited.has(folder)) return;
    visited.add(folder);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      cannotRead(`${path}/`, error);
      return [];
    });
    for (const entry of entries) {
      if (!entry.name.startsWith(".")) await visit(entry, join(folder, entry.name), `${path}/${entry.name}`);
    }
  };

  const visit = async (
    entry: Pick<Stats, "isDirectory" | "isFile" | "isSymbolicLink">,
    file: string,
    path: string,
  ): Promise<void> => {
    const format = formatOf(path);
    // links come last: what lies here is named by its own path
    if (entry.isSymbolicLink()) links.push({ path, file });
    else if (entry.isDirectory()) await walk(file, path);
    else if (format && entry.isFile()) files.push({ path, file, format });
    else if (format) problems.push({ file: path, reason: "is no file" });
    else otherKinds.push(extname(path).toLowerCase());
  };

  const follow = async (path: string, link: string): Promise<void> => {
    // a picture would not be read in any case; what has no ending may be a folder of texts
    const isHarmless = extname(path) !== "" && !formatOf(path);
    try {
      const target = await realpath(link);
      if (isInside(root, target)) {
        // a folder that holds the link is read without it
        if (!isInside(target, link)) await visit(await stat(target), target, path);
        return;
      }
      refused.push(path);
      const reason = "is a link that leaves the knowledge folder; put a copy in its place";
      problems.push({ file: path, reason, isHarmless });
    } catch (error) {
      cannotRead(path, error, isHarmless);
    }
  };

  const entry = await lstat(join(root, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") cannotRead(name, error);
    return undefined;
  });
  if (entry) await visit(entry, join(root, name), name);
  for (const { path, file } of links) await follow(path, file);
  // not by locale: the order must be the same on every machine
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, problems, refused, otherKinds };
};

const formatOf = (path: string): Format | undefined => formats[extname(path).toLowerCase()];

/** Whether a real path is in a folder, given by its real path too. */
export const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
