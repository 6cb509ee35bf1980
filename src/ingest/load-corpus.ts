import { createHash } from "node:crypto";
import { access, constants, lstat, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { AppError, messageOf } from "../shared/app-error.ts";
import { describeFileError } from "./describe-file-error.ts";
import { isInside, listKnowledge } from "./list-knowledge.ts";
import type { KnowledgeFile, KnowledgeListing } from "./list-knowledge.ts";
import { readCanaries } from "./read-canaries.ts";
import type { WantedCanary } from "./read-canaries.ts";
import { readNamespaces } from "./read-namespaces.ts";
import type { KnowledgePlan } from "./read-namespaces.ts";
import { readPage } from "./read-page.ts";
import { readQuestions } from "./read-questions.ts";
import type { OwnersQuestion } from "./read-questions.ts";
import type { Problem, Section } from "./section.ts";
import { SyntaxProblem } from "./split-structured.ts";

const planFile = "namespaces.json";
const canaryFile = "canaries.json";
const questionFile = "questions.json";

const maxFileBytes = 5 * 1024 * 1024;

/** A file of the knowledge, read. */
export interface SourceFile extends Pick<KnowledgeFile, "namespace" | "path" | "file"> {
  readonly sections: readonly Section[];
}

export interface Corpus extends Pick<KnowledgeListing, "refused" | "otherKinds"> {
  readonly plan: KnowledgePlan;
  readonly canaries: readonly WantedCanary[];
  readonly questions: readonly OwnersQuestion[];
  readonly files: readonly SourceFile[];
  readonly problems: readonly Problem[];
  /** Pages that are not for visitors, or not now. */
  readonly unpublished: readonly { readonly path: string; readonly reason: string }[];
  /** The files beside the namespaces that were read, by their names. */
  readonly settings: readonly string[];
  /** Changes when a file that is read, its place or the plan changes. */
  readonly digest: string;
  /** The same of all files that could be read, whatever day it is. */
  readonly filesDigest: string;
}

/**
 * Reads the knowledge folder: its plan, its canaries, and each namespace's files in a stable order. What is left out,
 * and why, is in the result. Fails with `ingest_failed`.
 */
export const loadCorpus = async (
  folder: string,
  threshold: number,
  now: Date = new Date(),
): Promise<Corpus> => {
  const root = await folderAt(folder);
  const planText = await readSetting(root, planFile);
  const canaryText = await readSetting(root, canaryFile);
  const questionText = await readSetting(root, questionFile);
  const plan = readNamespaces(planText, threshold);
  const listing = await listKnowledge(
    root,
    plan.namespaces.map(({ name }) => name),
  );
  const problems = [...listing.problems];
  const unpublished: Corpus["unpublished"][number][] = [];
  const files: SourceFile[] = [];
  const [digest, filesDigest] = [createHash("sha256"), createHash("sha256")];
  for (const hash of [digest, filesDigest])
    hash.update(
      JSON.stringify([planText, canaryText, ...(questionText === undefined ? [] : [questionText])]),
    );

  for (const { namespace, path, file, format } of listing.files) {
    if ([path, relative(root, file).replaceAll(sep, "/")].some(isDraft)) {
      unpublished.push({ path, reason: "in _drafts" });
      continue;
    }
    const read = await readText(file);
    if (!("text" in read)) {
      problems.push({ file: path, ...read });
      continue;
    }
    const entry = JSON.stringify([path, read.text]);
    filesDigest.update(entry);
    try {
      const page = readPage(read.text, format, now);
      if ("unpublished" in page) {
        unpublished.push({ path, reason: page.unpublished });
        continue;
      }
      if (page.problem) problems.push({ file: path, ...page.problem });
      if (page.sections.length > 0) files.push({ namespace, path, file, sections: page.sections });
      else problems.push({ file: path, reason: "holds no text" });
    } catch (error) {
      // whatever is odd about one file, the others do not suffer from it
      const line = error instanceof SyntaxProblem ? error.line : undefined;
      problems.push({ file: path, reason: messageOf(error), ...(line === undefined ? {} : { line }) });
    }
    digest.update(entry);
  }
  return {
    plan,
    files,
    problems,
    unpublished,
    refused: listing.refused,
    otherKinds: listing.otherKinds,
    canaries: readCanaries(canaryText),
    questions: readQuestions(questionText),
    settings: [
      ...(planText === undefined ? [] : [planFile]),
      ...(canaryText === undefined ? [] : [canaryFile]),
      ...(questionText === undefined ? [] : [questionFile]),
    ],
    digest: digest.digest("hex"),
    filesDigest: filesDigest.digest("hex"),
  };
};

/** The folder's real path: it may be a link itself. */
const folderAt = async (folder: string): Promise<string> => {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory())
    throw new AppError("ingest_failed", `The knowledge folder ${folder} does not exist or is not a folder.`);
  try {
    await access(folder, constants.R_OK | constants.X_OK);
    return await realpath(folder);
  } catch (error) {
    const why = describeFileError(error);
    throw new AppError("ingest_failed", `The knowledge folder ${folder} cannot be read: ${why}.`, {
      cause: error,
    });
  }
};

const readSetting = async (root: string, name: string): Promise<string | undefined> => {
  const file = join(root, name);
  if (!(await lstat(file).catch(() => undefined))) return undefined;
  try {
    if (isInside(root, await realpath(file))) return inLines(await readFile(file, "utf8"));
  } catch (error) {
    throw new AppError("ingest_failed", `${name} cannot be read: ${describeFileError(error)}.`, {
      cause: error,
    });
  }
  throw new AppError(
    "ingest_failed",
    `${name} is a link that leaves the knowledge folder; put a copy in its place.`,
  );
};

const isDraft = (path: string): boolean => /(?:^|\/)_drafts\//i.test(path);

const readText = async (
  file: string,
): Promise<{ readonly text: string } | Pick<Problem, "line" | "reason">> => {
  try {
    const { size } = await stat(file);
    if (size > maxFileBytes) return { reason: `is larger than ${maxFileBytes / 1024 / 1024} MB` };
    const text = inLines(await readFile(file, "utf8"));
    const bad = text.search(/\uFFFD|\0/);
    if (bad < 0) return { text };
    return { line: text.slice(0, bad).split("\n").length, reason: "is not UTF-8 text" };
  } catch (error) {
    return { reason: `cannot be read: ${describeFileError(error)}` };
  }
};

const inLines = (text: string): string => text.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
