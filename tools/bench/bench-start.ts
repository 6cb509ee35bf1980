import { join } from "node:path";
import { isolatedConfig } from "../../src/config/isolated-config.ts";
import type { Config } from "../../src/config/read-config.ts";
import { composePublisher } from "../../src/app/parts.ts";
import { readNamespaces } from "../../src/ingest/read-namespaces.ts";
import { silentTelemetry } from "../../src/telemetry/silent.ts";
import { AppError } from "../../src/shared/app-error.ts";
import { startApp } from "./bench-app.ts";
import type { BenchApp } from "./bench-app.ts";
import { embedTexts, passagesOf, questionsOf, sentencesOf } from "./bench-passages.ts";
import { coldStart } from "./cold-start.ts";
import type { ColdStart } from "./cold-start.ts";
import { readEvalFile } from "../../src/cli/eval/file.ts";
import { quantile } from "../../src/cli/eval/scores.ts";
import { startIngestionServer } from "../../test/support/ingestion-server.ts";
import { publishPassages } from "../../src/cli/lib/publish-passages.ts";
import { defineCommand } from "../../src/cli/lib/define-command.ts";
import { readLocalConfig } from "../../src/cli/lib/read-local-config.ts";
import { startSilentServer } from "../../test/support/silent-server.ts";
import { table } from "../../src/cli/lib/table.ts";
import { inTemporaryFolder } from "../../src/cli/lib/temporary-folder.ts";

const passagesEach = 250;
const runs = 5;
const warmUps = 20;
const warmQuestions = 200;

const steps = ["import", "copy", "engine", "check", "embedding", "answer", "total"] as const;

/**
 * `npm run bench -- start`: how soon a cold process with a generation on the share answers its first
 * question, what telemetry adds to that, and what to warm answers while its server hangs.
 */
export const benchStart = defineCommand({
  name: "npm run bench -- start",
  description: "Measures cold starts with and without telemetry, and warm answers while its server hangs.",
  example: "npm run bench -- start",
  args: {},
  run: async () => {
    const config = await readLocalConfig();
    return inTemporaryFolder("start", async (folder) => {
      const [hanging, answering] = [await startSilentServer(), await startIngestionServer(folder)];
      const archive = join(folder, "archive");
      const records = join(folder, "records");
      const questions = await publish(config, archive, false);
      await publish(config, records, true);
      const kinds = [
        { name: "archive", share: archive, env: {} },
        { name: "archive, telemetry hangs", share: archive, env: hanging.env },
        { name: "records", share: records, env: {} },
      ];
      const starts = new Map<string, ColdStart[]>(kinds.map(({ name }) => [name, []]));
      // round by round, so that the machine's noise hits them alike
      for (let run = 0; run < runs; run += 1) {
        for (const { name, ...setting } of kinds) {
          const data = join(folder, `${name}-${run}`);
          starts.get(name)?.push(await coldStart(config, { ...setting, data, question: questions[0] ?? "" }));
        }
      }
      print(`4 x ${passagesEach} passages on the share, ${runs} cold processes each, medians\n`);
      print(
        `${table(
          ["from the", ...steps, "worst ms"],
          [...starts].map(([name, all]) => row(name, all)),
        )}\n`,
      );

      print(`telemetry adds ${Math.round(added(starts))} ms, median of ${runs} rounds\n`);

      const telemetry = [
        { name: "none", env: {} },
        { name: "to a server that answers", env: answering.env },
        { name: "to a server that hangs", env: hanging.env },
      ];
      const settings = telemetry.map(({ env }) => env);
      const took = await warmAnswers(config, { archive, settings, questions });
      print(`${warmQuestions} warm answers each, one by one, p50\n`);
      print(
        table(
          ["telemetry", "ms", "times"],
          telemetry.map(({ name }, which) => {
            const ms = took[which] ?? 0;
            return [name, ms.toFixed(1), (ms / (took[0] ?? ms)).toFixed(2)];
          }),
        ),
      );
      hanging.close();
      answering.close();
      return 0;
    });
  },
});

const row = (name: string, starts: readonly ColdStart[]): readonly (string | number)[] => [
  name,
  ...steps.map((step) =>
    Math.round(
      quantile(
        starts.map((start) => start[step]),
        0.5,
      ),
    ),
  ),
  Math.round(Math.max(...starts.map(({ total }) => total))),
];

/** Of the cold starts of one round, which had the same noise. */
const added = (starts: ReadonlyMap<string, readonly ColdStart[]>): number => {
  const [without = [], telling = []] = starts.values();
  return quantile(
    telling.map(({ total }, round) => total - (without[round]?.total ?? 0)),
    0.5,
  );
};

interface Warm {
  readonly archive: string;
  /** One app runs with each of these. */
  readonly settings: readonly Readonly<Record<string, string>>[];
  readonly questions: readonly string[];
}

/** The medians of apps that are asked in turns. */
const warmAnswers = async (
  { appRoot }: Config,
  { archive, settings, questions }: Warm,
): Promise<readonly number[]> => {
  const running: { readonly app: BenchApp; readonly took: number[] }[] = [];
  try {
    for (const env of settings) running.push({ app: await startApp(appRoot, archive, env), took: [] });
    for (const [round, question] of questions.entries()) {
      // each comes first as often as the others
      const first = round % running.length;
      for (const { app, took } of [...running.slice(first), ...running.slice(0, first)]) {
        const startedAt = performance.now();
        await app.ask(question);
        if (round >= warmUps) took.push(performance.now() - startedAt);
      }
    }
    return running.map(({ took }) => quantile(took, 0.5));
  } finally {
    for (const { app } of running) await app.stop();
  }
};

const publish = async (config: Config, share: string, recordsOnly: boolean): Promise<readonly string[]> => {
  const publisher = await composePublisher(isolatedConfig(config, share), silentTelemetry);
  const file = await readEvalFile(join(config.appRoot, "test", "fixtures", "xquad-en.json"));
  if (file.kind !== "corpus") throw new AppError("internal", "The bench's file of questions holds no texts.");
  const signal = AbortSignal.timeout(120_000);
  const sentences = await embedTexts(sentencesOf(file.corpus), publisher.embedder, signal);
  const { namespaces } = readNamespaces(undefined, 0);
  const passages = passagesOf(sentences, namespaces, passagesEach);
  await publishPassages({ namespaces, passages, subject: "XQuAD", recordsOnly, signal }, publisher);
  return questionsOf(file.corpus, warmUps + warmQuestions);
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);
