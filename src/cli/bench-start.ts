import { join } from "node:path";
import type { Config } from "../config/read-config.ts";
import { composePublisher } from "../compose.ts";
import { readNamespaces } from "../ingest/read-namespaces.ts";
import { silentTelemetry } from "../ports/telemetry.ts";
import { AppError } from "../shared/app-error.ts";
import { startApp } from "./support/bench-app.ts";
import { embedTexts, passagesOf, questionsOf, sentencesOf } from "./support/bench-passages.ts";
import { coldStart } from "./support/cold-start.ts";
import type { ColdStart } from "./support/cold-start.ts";
import { readEvalFile } from "./support/eval-file.ts";
import { median } from "./support/eval-scores.ts";
import { publishPassages } from "./support/publish-passages.ts";
import { runCommand } from "./support/run-command.ts";
import { startSilentServer } from "./support/silent-server.ts";
import { table } from "./support/table.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const passagesEach = 250;
const runs = 5;
const warmUps = 20;
const warmQuestions = 200;

const steps = ["import", "copy", "engine", "check", "embedding", "answer", "total"] as const;

/**
 * `npm run bench:start`: how soon a cold process with a generation on the share answers its first
 * question, and what telemetry adds to that and to warm answers, while its server hangs.
 */
void runCommand((config) =>
  inTemporaryFolder("start", async (folder) => {
    const server = await startSilentServer();
    const env = {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://127.0.0.1:${server.port}/`,
    };
    const archive = join(folder, "archive");
    const records = join(folder, "records");
    const questions = await publish(config, archive, false);
    await publish(config, records, true);
    const kinds = [
      { name: "archive", share: archive, env: {} },
      { name: "archive, telemetry hangs", share: archive, env },
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

    const [silent, telling] = await warmAnswers(config, { archive, env, questions });
    print(`${warmQuestions} warm answers each, one by one, p50\n`);
    print(
      table(
        ["telemetry", "ms", "times"],
        [
          ["none", silent.toFixed(1), "1.00"],
          ["to a server that hangs", telling.toFixed(1), (telling / silent).toFixed(2)],
        ],
      ),
    );
    server.close();
    return 0;
  }),
);

const row = (name: string, starts: readonly ColdStart[]): readonly (string | number)[] => [
  name,
  ...steps.map((step) => Math.round(median(starts.map((start) => start[step])))),
  Math.round(Math.max(...starts.map(({ total }) => total))),
];

/** The medians of an app without telemetry and of one with it, asked in turns. */
const warmAnswers = async (
  { appRoot }: Config,
  { archive, env, questions }: { archive: string; env: Record<string, string>; questions: readonly string[] },
): Promise<readonly [number, number]> => {
  const apps = [await startApp(appRoot, archive), await startApp(appRoot, archive, env)] as const;
  try {
    const took: readonly [number[], number[]] = [[], []];
    for (const [round, question] of questions.entries()) {
      // each comes first as often as the other
      for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const begun = performance.now();
        await apps[which].ask(question);
        if (round >= warmUps) took[which].push(performance.now() - begun);
      }
    }
    return [median(took[0]), median(took[1])];
  } finally {
    await apps[0].stop();
    await apps[1].stop();
  }
};

const publish = async (config: Config, share: string, recordsOnly: boolean): Promise<readonly string[]> => {
  const publisher = await composePublisher(
    {
      ...config,
      dataFolder: share,
      snapshots: { kind: "folder", folder: share },
      chroma: { mode: "embedded" },
    },
    silentTelemetry,
  );
  const file = await readEvalFile(join(config.appRoot, "test", "fixtures", "xquad-en.json"));
  if (file.kind !== "corpus") throw new AppError("internal", "The bench's file of questions holds no texts.");
  const signal = AbortSignal.timeout(120_000);
  const sentences = await embedTexts(sentencesOf(file.corpus), publisher.embedder, signal);
  const { namespaces } = readNamespaces(undefined, publisher.embedder.threshold);
  const passages = passagesOf(sentences, namespaces, passagesEach);
  await publishPassages({ namespaces, passages, subject: "XQuAD", recordsOnly, signal }, publisher);
  return questionsOf(file.corpus, warmUps + warmQuestions);
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);
