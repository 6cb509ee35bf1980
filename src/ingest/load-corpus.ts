import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { AppError } from "../shared/app-error.ts";
import { readCanaries } from "./read-canaries.ts";
import type { WantedCanary } from "./read-canaries.ts";
import { readNamespaces } from "./read-namespaces.ts";
import type { KnowledgePlan } from "./read-namespaces.ts";
import type { Problem } from "./section.ts";

const maxFileBytes = 5 * 1024 * 1024;

export interface SourceFile {
  readonly namespace: string;
  /** Relative to the knowledge folder, with `/`. */
  readonly path: string;
  readonly format: "markdown" | "text" | "json" | "yaml";
  readonly text: string;
}

export interface Corpus {
  readonly plan: KnowledgePlan;
  readonly canaries: readonly WantedCanary[];
  readonly files: readonly SourceFile[];
  readonly problems: readonly Problem[];
  /** Changes when a file, its place or the plan changes. */
  readonly digest: string;
}

const formats: Readonly<Record<string, SourceFile["format"]>> = {
  ".md": "markdown",
  ".markdown": "markdown",
  ".txt": "text",
  ".json": "json",
  ".yaml": "yaml",
  ".yml": "yaml",
};

/** Reads the knowledge folder: its plan, its canaries, and each namespace's files in a stable order. */
export const loadCorpus = async (folder: string, threshold: number): Promise<Corpus> => {
  await refuseMissing(folder);
  const planText = await readOptional(folder, "namespaces.json");
  const canaryText = await readOptional(folder, "canaries.json");
  const plan = readNamespaces(planText, threshold);
  const files: SourceFile[] = [];
  const problems: Problem[] = [...(await strayFolders(folder, plan))];

  for (const { name } of plan.namespaces) {
    for (const path of await listFiles(folder, name)) {
      const format = formats[extname(path).toLowerCase()];
      const file = format
        ? await readText(folder, path)
        : {
            reason: `${extname(path) || "a file without an ending"} is not a format that can be read (md, txt, json, yaml)`,
          };
      if ("reason" in file) problems.push({ file: path, ...file });
      else if (format) files.push({ namespace: name, path, format, text: file.text });
    }
  }
  return {
    plan,
    files,
    problems,
    canaries: readCanaries(canaryText),
    digest: digestOf([planText, canaryText], files),
  };
};

const refuseMissing = async (folder: string): Promise<void> => {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new AppError("ingest_failed", `The knowledge folder ${folder} does not exist or is not a folder.`);
  }
};

const readOptional = (folder: string, file: string): Promise<string | undefined> =>
  readFile(join(folder, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new AppError("ingest_failed", `${file} cannot be read: ${error.message}`, { cause: error });
  });

/** What no namespace holds is more likely a typing error than a wish. */
const strayFolders = async (folder: string, { namespaces }: KnowledgePlan): Promise<readonly Problem[]> => {
  const known = new Set(namespaces.map(({ name }) => name));
  const names = [...known].join(", ");
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const { name } = entry;
    if (name.startsWith(".") || known.has(name) || /^(?:readme|licen[cs]e|namespaces|canaries)\b/i.test(name))
      return [];
    if (!entry.isFile()) {
      return [
        { file: `${name}/`, reason: `is not one of the namespaces (${names}); add it to namespaces.json` },
      ];
    }
    return formats[extname(name).toLowerCase()]
      ? [{ file: name, reason: `is in no namespace; move it to one of ${names}` }]
      : [];
  });
};

const listFiles = async (folder: string, namespace: string): Promise<readonly string[]> => {
  const entries = await readdir(join(folder, namespace), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw new AppError("ingest_failed", `${namespace}/ cannot be read: ${error.message}`, { cause: error });
    },
  );
  const paths: string[] = [];
  for (const entry of entries) {
    const path = `${namespace}/${entry.name}`;
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) paths.push(...(await listFiles(folder, path)));
    // a linked folder could lead back to this one: it is named like a file that cannot be read
    else paths.push(path);
  }
  // not by locale: the order must be the same on every machine
  return paths.sort();
};

const readText = async (folder: string, path: string): Promise<{ text: string } | Omit<Problem, "file">> => {
  try {
    const found = await stat(join(folder, path));
    if (!found.isFile()) return { reason: "is a link to a folder, or no file at all" };
    const { size } = found;
    if (size > maxFileBytes) return { reason: `is larger than ${maxFileBytes / 1024 / 1024} MB` };
    const text = (await readFile(join(folder, path), "utf8")).replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
    const bad = text.search(/\uFFFD|\0/);
    if (bad < 0) return { text };
    return { line: text.slice(0, bad).split("\n").length, reason: "is not UTF-8 text" };
  } catch (error) {
    return { reason: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
};

const digestOf = (settings: readonly (string | undefined)[], files: readonly SourceFile[]): string => {
  const hash = createHash("sha256").update(JSON.stringify(settings.map((text) => text ?? null)));
  for (const { path, text } of files) hash.update(JSON.stringify([path, text]));
  return hash.digest("hex");
};
