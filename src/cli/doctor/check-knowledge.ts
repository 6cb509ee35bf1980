import type { Config } from "../../config/read-config.ts";
import { describeLeftOut } from "../../ingest/describe-left-out.ts";
import { loadCorpus } from "../../ingest/load-corpus.ts";
import type { SourceFile } from "../../ingest/load-corpus.ts";
import { describeProblem } from "../../ingest/section.ts";
import { warnOfLanguage } from "../../ingest/warn-of-language.ts";
import { AppError } from "../../shared/app-error.ts";
import { ok, warning, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

const mostTold = 5;

/** So much of a file tells its language. */
const beginning = 5_000;

/** Whether the owner's files are there and can be read, in a language that the embedder knows. */
export const checkKnowledge = async ({
  knowledgeFolder,
  embeddings,
}: Config): Promise<readonly Finding[]> => {
  const corpus = await loadCorpus(knowledgeFolder, 0).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
  if (corpus instanceof AppError) {
    return [wrong("knowledge", corpus.message, "Set KNOWLEDGE_DIR to the folder with your files.")];
  }
  const { files, problems, plan } = corpus;
  const namespaces = plan.namespaces.map(({ name }) => name);
  if (files.length === 0) {
    const remedy = `Put .md, .txt, .json or .yaml files into its folders ${namespaces.join(", ")}.`;
    return [wrong("knowledge", `${knowledgeFolder} holds no file that can be read.`, remedy)];
  }
  const findings: Finding[] = [];
  for (const problem of problems.slice(0, mostTold)) {
    findings.push(
      warning("knowledge", `${describeProblem(problem)}.`, "An ingest leaves it out until it is recovered."),
    );
  }
  const language = warnOfLanguage(files.map((file) => ({ text: textOf(file).slice(0, beginning) })));
  if (language && embeddings.next === "local") {
    const remedy = "Use English texts, or another embedder (EMBEDDINGS).";
    findings.push(warning("language", `In ${knowledgeFolder}, ${language}`, remedy));
  }
  const counts = namespaces.map(
    (name) => `${name} ${files.filter(({ namespace }) => namespace === name).length}`,
  );
  const found = [
    `${files.length} files in ${knowledgeFolder} (${counts.join(", ")})`,
    ...describeLeftOut(corpus),
  ];
  return [...findings, ok("knowledge", found.join(". "))];
};

const textOf = ({ sections }: SourceFile): string =>
  sections.flatMap(({ blocks }) => blocks.map(({ text }) => text)).join("\n\n");
