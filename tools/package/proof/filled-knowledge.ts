import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readCanaries } from "../../../src/ingest/read-canaries.ts";
import type { WantedCanary } from "../../../src/ingest/read-canaries.ts";
import { readNamespaces } from "../../../src/ingest/read-namespaces.ts";
import { AppError } from "../../../src/shared/app-error.ts";
import { sentencesOf } from "../../bench/bench-passages.ts";
import { readEvalFile } from "../../../src/cli/eval/file.ts";

interface Wanted {
  readonly appRoot: string;
  /** The knowledge to begin with. */
  readonly from: string;
  readonly to: string;
  /** How many passages each namespace of facts gets beside what it has. */
  readonly passages: number;
}

/** Copies a knowledge folder, and adds English sentences that have nothing to do with it. */
export const fillKnowledge = async ({ appRoot, from, to, passages }: Wanted): Promise<void> => {
  await cp(from, to, { recursive: true });
  if (passages === 0) return;
  const file = await readEvalFile(join(appRoot, "test", "fixtures", "xquad-en.json"));
  if (file.kind !== "corpus") throw new AppError("internal", "The file of sentences holds no texts.");
  const sentences = sentencesOf(file.corpus);
  const { namespaces } = readNamespaces(await readOptional(join(from, "namespaces.json")), 0);
  for (const { name, role } of namespaces) {
    if (role !== "facts") continue;
    const sections = Array.from(
      { length: passages },
      (_, place) => `## Note ${place + 1}\n\n${sentences[place % sentences.length]}\n`,
    );
    await writeFile(join(to, name, "notes.md"), sections.join("\n"));
  }
};

/** What the knowledge must be able to answer; anything at all where it names nothing. */
export const canaryOf = async (knowledge: string): Promise<WantedCanary> => {
  const [canary] = readCanaries(await readOptional(join(knowledge, "canaries.json")));
  return canary ?? { question: "What do you know?", expect: "" };
};

const readOptional = (file: string): Promise<string | undefined> =>
  readFile(file, "utf8").catch(() => undefined);
