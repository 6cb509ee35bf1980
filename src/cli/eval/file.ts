import { readFile, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod";
import { questionText } from "../../chat/question-text.ts";
import { AppError, messageOf } from "../../shared/app-error.ts";

const name = z.string().min(1);

const paragraphSchema = z.object({
  id: name.regex(/^[^#\s]+$/, "must have no # and no spaces"),
  text: questionText,
  questions: z.array(z.object({ question: questionText, answers: z.array(name).min(1) })),
});

const corpusSchema = z.object({
  source: name,
  articles: z
    .array(z.object({ article: name, paragraphs: z.array(paragraphSchema).min(1) }))
    .min(1)
    .refine((articles) => {
      const ids = articles.flatMap(({ paragraphs }) => paragraphs.map(({ id }) => id));
      return new Set(ids).size === ids.length;
    }, "two paragraphs have the same id")
    .refine(
      (articles) =>
        articles.some(({ paragraphs }) => paragraphs.some(({ questions }) => questions.length > 0)),
      "no paragraph has a question",
    ),
});

const expectationSchema = z.union(
  [
    z.strictObject({ question: questionText, expect: questionText }),
    z.strictObject({ question: questionText, refuse: z.literal(true), near: z.boolean().optional() }),
  ],
  'must be {"question", "expect"} or {"question", "refuse": true}',
);

const expectationsSchema = z.array(expectationSchema).min(1, "must hold at least one question");

const conversationSchema = z.strictObject({
  first: questionText,
  second: questionText,
  expect: z.array(questionText).min(1, "must name at least one text"),
  standAlone: questionText.optional(),
});

const conversationsSchema = z.strictObject({
  source: name,
  corpora: z
    .array(
      z.strictObject({
        name,
        knowledge: name,
        conversations: z.array(conversationSchema).min(1, "must hold at least one conversation"),
      }),
    )
    .min(1, "must hold at least one corpus"),
});

/** Texts in articles, with questions whose answers stand in them. */
export type EvalCorpus = z.infer<typeof corpusSchema>;

/** A question to the owner's own files: what has to be found, or that nothing may be. */
export type Expectation = z.infer<typeof expectationSchema>;

/**
 * Two questions, one building on the other. `expect`: texts or places of passages, of which the second
 * has to find one; `standAlone`: the second, as a model would make it stand for itself.
 */
export type Conversation = z.infer<typeof conversationSchema>;

/** Conversations about corpora: folders with knowledge, or files with texts, from where the file is. */
export type ConversationFile = z.infer<typeof conversationsSchema>;

/** A folder of an owner: its `knowledge` and its `questions.json`. */
export interface OwnerFile {
  readonly name: string;
  readonly folder: string;
  readonly questions: readonly Expectation[];
}

/** Owners' folders, texts with questions, conversations about corpora, or questions to the served generation. */
export type EvalFile =
  | { readonly kind: "owners"; readonly owners: readonly OwnerFile[] }
  | { readonly kind: "corpus"; readonly corpus: EvalCorpus }
  | { readonly kind: "conversations"; readonly file: ConversationFile }
  | { readonly kind: "served"; readonly expectations: readonly Expectation[] };

/** Reads a file of questions, or a folder of owners. Fails with `bad_request`, in one sentence. */
export const readEvalFile = async (path: string): Promise<EvalFile> => {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (isFolder) return { kind: "owners", owners: await readOwners(path) };
  const value = await readJson(path);
  if (Array.isArray(value)) return { kind: "served", expectations: check(expectationsSchema, value, path) };
  return typeof value === "object" && value !== null && "corpora" in value
    ? { kind: "conversations", file: check(conversationsSchema, value, path) }
    : { kind: "corpus", corpus: check(corpusSchema, value, path) };
};

const questionsName = "questions.json";

/** The owner whose folder it is, or all of those whose folders are in it. */
const readOwners = async (path: string): Promise<readonly OwnerFile[]> => {
  const names = await readdir(path);
  const folders = names.includes(questionsName) ? [path] : names.toSorted().map((entry) => join(path, entry));
  const owners: OwnerFile[] = [];
  for (const folder of folders) {
    const file = join(folder, questionsName);
    const hasQuestions = await stat(file).then(
      () => true,
      () => false,
    );
    if (!hasQuestions) continue;
    const questions = check(expectationsSchema, await readJson(file), file);
    owners.push({ name: basename(folder), folder, questions });
  }
  if (owners.length > 0) return owners;
  throw new AppError("bad_request", `${path} holds no ${questionsName}, nor a folder that does.`);
};

const readJson = async (path: string): Promise<unknown> => {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new AppError("bad_request", `${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("bad_request", `${path} is not JSON: ${messageOf(error)}.`, { cause: error });
  }
};

const check = <T>(schema: z.ZodType<T>, value: unknown, path: string): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5);
  const named = issues.map((issue) => `${issue.path.join(".") || "the file"} ${issue.message}`);
  throw new AppError("bad_request", `${path} is not a file of questions: ${named.join("; ")}.`);
};
