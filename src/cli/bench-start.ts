import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { composePublisher } from "../compose.ts";
import { machineEnvironment } from "../config/machine-environment.ts";
import type { Config } from "../config/read-config.ts";
import { readNamespaces } from "../ingest/read-namespaces.ts";
import { AppError } from "../shared/app-error.ts";
import { embedTexts, passagesOf, questionsOf, sentencesOf } from "./support/bench-passages.ts";
import { readEvalFile } from "./support/eval-file.ts";
import { median } from "./support/eval-scores.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";
import { publishPassages } from "./support/publish-passages.ts";
import { runCommand } from "./support/run-command.ts";
import { table } from "./support/table.ts";
import { silentTelemetry } from "../ports/telemetry.ts";

const passagesEach = 250;
const runs = 5;

/** From the start of the process to its first answer, in milliseconds, step by step. */
interface ColdStart {
  readonly import: number;
  readonly copy: number;
  readonly engine: number;
  readonly check: number;
  readonly embedding: number;
  readonly answer: number;
  readonly total: number;
}

/** `npm run bench:start`: how soon a cold process with a generation on the share answers its first question. */
void runCommand((config) =>
  inTemporaryFolder("start", async (folder) => {
    const rows = [];
    for (const from of ["archive", "records"] as const) {
      const share = join(folder, from);
      const question = await publish(config, share, from === "records");
      const starts: ColdStart[] = [];
      for (let run = 0; run < runs; run += 1) {
        starts.push(await coldStart(config, { share, data: join(folder, `${from}-${run}`), question }));
      }
      const middle = (step: keyof ColdStart): number =>
        Math.round(median(starts.map((start) => start[step])));
      rows.push([
        from,
        ...(["import", "copy", "engine", "check", "embedding", "answer", "total"] as const).map(middle),
        Math.round(Math.max(...starts.map(({ total }) => total))),
      ]);
    }
    const header = [
      "from the",
      "import",
      "copy",
      "engine",
      "check",
      "embedding",
      "answer",
      "total ms",
      "worst ms",
    ];
    process.stdout.write(
      `4 x ${passagesEach} passages on the share, ${runs} cold processes each, medians\n\n`,
    );
    process.stdout.write(`${table(header, rows)}\n`);
    return 0;
  }),
);

const publish = async (config: Config, share: string, recordsOnly: boolean): Promise<string> => {
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
  return questionsOf(file.corpus, 1)[0] ?? "";
};

interface Setting {
  readonly share: string;
  readonly data: string;
  readonly question: string;
}

const coldStart = async ({ appRoot }: Config, { share, data, question }: Setting): Promise<ColdStart> => {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(appRoot, "dist", "local-host.cjs")], {
    cwd: appRoot,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...machineEnvironment(),
      PORT: "0",
      DATA_DIR: data,
      SNAPSHOT_DIR: share,
      LLM: "extractive",
      LOG_FORMAT: "json",
    },
  });
  try {
    const listening = Promise.withResolvers<string>();
    const ready = Promise.withResolvers<Record<string, number>>();
    createInterface(child.stdout).on("line", (line) => {
      if (line.startsWith("Listening on ")) listening.resolve(line.slice("Listening on ".length));
      if (line.includes("Chroma engine and client ready"))
        ready.resolve(JSON.parse(line) as Record<string, number>);
    });
    const url = await listening.promise;
    const listened = performance.now();
    const response = await fetch(`${url}/api/chat`, {
      method: "POST",
      body: JSON.stringify({ messages: [{ role: "user", content: question }] }),
    });
    const { context } = (await response.json()) as {
      context: {
        thoughts: { title: string; props: { durationMs: number } }[];
        mode: string;
        degraded?: true;
      };
    };
    const total = performance.now() - begun;
    if (context.mode !== "extractive" || context.degraded) {
      throw new AppError("internal", `The first answer was ${JSON.stringify(context.mode)}.`);
    }
    const { copyMs = 0, engineMs = 0, checkMs = 0 } = await ready.promise;
    const embedding = context.thoughts.find(({ title }) => title === "embed")?.props.durationMs ?? 0;
    const answer = total - (listened - begun) - copyMs - engineMs - checkMs - embedding;
    return {
      import: listened - begun,
      copy: copyMs,
      engine: engineMs,
      check: checkMs,
      embedding,
      answer,
      total,
    };
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
};
