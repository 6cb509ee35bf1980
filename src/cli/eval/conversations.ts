import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { answerQuestion } from "../../chat/answer-question.ts";
import type { AnswerTools } from "../../chat/answer-question.ts";
import { collectAnswer } from "../../chat/collect-answer.ts";
import { composeApp } from "../../app/compose.ts";
import { composePublisher } from "../../app/parts.ts";
import type { Config } from "../../config/read-config.ts";
import { ingestCorpus } from "../../ingest/ingest-corpus.ts";
import type { ChatTurn, Source } from "../../ports/generator.ts";
import { silentTelemetry } from "../../telemetry/silent.ts";
import { AppError } from "../../shared/app-error.ts";
import { readEvalFile } from "./file.ts";
import type { Conversation, ConversationFile } from "./file.ts";
import { holdsText } from "./scores.ts";
import { startStandInModel } from "./stand-in-model.ts";
import { inTemporaryFolder } from "../lib/temporary-folder.ts";

/** Whether a second question was followed by a model, by the rule, or by nothing: asked as if it were the first. */
export const ways = ["model", "rule", "alone"] as const;

/** The ways in which the right passage was among the first five sources of a second question. */
export interface ConversationOutcome extends Conversation {
  readonly corpus: string;
  readonly foundBy: readonly (typeof ways)[number][];
}

export interface ConversationsResult {
  /** The configured model; `undefined` where a stand-in gave the questions written in the file. */
  readonly model: string | undefined;
  readonly outcomes: readonly ConversationOutcome[];
}

/** Has each conversation, and searches for its second question in each of the ways. */
export const evaluateConversations = async (
  { path, file }: { readonly path: string; readonly file: ConversationFile },
  config: Config,
  signal: AbortSignal,
): Promise<ConversationsResult> => {
  const standIn = config.model ? undefined : await startStandInModel(file);
  const model = config.model ?? standIn?.model;
  try {
    const outcomes: ConversationOutcome[] = [];
    for (const { name, knowledge, conversations } of file.corpora) {
      const found = await inTemporaryFolder("eval", async (dataFolder) => {
        const own: Config = {
          ...config,
          model,
          dataFolder,
          snapshots: { kind: "folder", folder: dataFolder },
          chroma: { mode: "embedded" },
        };
        const folder = await toFolder(resolve(dirname(path), knowledge), join(dataFolder, "texts"));
        await publish(folder, own, signal);
        return askAll(conversations, own, signal);
      });
      outcomes.push(...found.map((outcome) => ({ corpus: name, ...outcome })));
    }
    return { model: config.model?.model, outcomes };
  } finally {
    standIn?.stop();
  }
};

/** A file with texts becomes a folder with a file for each of them. */
const toFolder = async (knowledge: string, folder: string): Promise<string> => {
  if (!knowledge.endsWith(".json")) return knowledge;
  const file = await readEvalFile(knowledge);
  if (file.kind !== "corpus") throw new AppError("bad_request", `${knowledge} holds no texts to ask about.`);
  await mkdir(join(folder, "facts"), { recursive: true });
  const plan = { subject: file.corpus.source, namespaces: [{ name: "facts", topK: 5 }] };
  await writeFile(join(folder, "namespaces.json"), JSON.stringify(plan));
  for (const { paragraphs } of file.corpus.articles) {
    for (const { id, text } of paragraphs) await writeFile(join(folder, "facts", `${id}.txt`), text);
  }
  return folder;
};

const publish = async (folder: string, config: Config, signal: AbortSignal): Promise<void> => {
  const parts = await composePublisher(config, silentTelemetry);
  await ingestCorpus({ folder }, { ...parts, keepGenerations: 1, onProgress: () => undefined, signal });
};

const askAll = async (
  conversations: readonly Conversation[],
  config: Config,
  signal: AbortSignal,
): Promise<readonly Omit<ConversationOutcome, "corpus">[]> => {
  const app = composeApp(config, silentTelemetry);
  // what is asked of the model is to rewrite, not to answer
  const byModel: AnswerTools = { ...app, generator: app.extractive, logContent: false };
  const byRule: AnswerTools = { ...byModel, rewriter: app.ruleRewriter };
  try {
    const outcomes: Omit<ConversationOutcome, "corpus">[] = [];
    for (const conversation of conversations) {
      const { first, second, expect } = conversation;
      const { answer } = await ask(first, { tools: byRule, signal });
      const history: readonly ChatTurn[] = [
        { role: "user", content: first },
        { role: "assistant", content: answer },
      ];
      const found = {
        model: await ask(second, { tools: byModel, history, signal }),
        rule: await ask(second, { tools: byRule, history, signal }),
        alone: await ask(second, { tools: byRule, signal }),
      };
      const right = ({ text, source }: Source): boolean =>
        expect.some((wanted) => holdsText(text, wanted) || holdsText(source, wanted));
      const foundBy = ways.filter((way) => found[way].sources.slice(0, 5).some(right));
      outcomes.push({ ...conversation, foundBy });
    }
    return outcomes;
  } finally {
    await app.generations.close();
  }
};

interface Asking {
  readonly tools: AnswerTools;
  readonly history?: readonly ChatTurn[];
  readonly signal: AbortSignal;
}

const ask = async (
  text: string,
  { tools, history = [], signal }: Asking,
): Promise<{ readonly answer: string; readonly sources: readonly Source[] }> => {
  const question = { answerId: "eval", text, history, live: false };
  const answer = await collectAnswer(answerQuestion(question, tools, signal));
  if ("error" in answer) throw new AppError(answer.error.code, answer.error.message);
  return { answer: answer.text, sources: answer.start.sources };
};
