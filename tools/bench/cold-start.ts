import { join } from "node:path";
import type { Config } from "../../src/config/read-config.ts";
import { AppError } from "../../src/shared/app-error.ts";
import { addressOf, hostSettings, startNode } from "../../test/support/node-process.ts";

/** From the start of the process to its first answer, in milliseconds, step by step. */
export interface ColdStart {
  readonly import: number;
  readonly copy: number;
  readonly engine: number;
  readonly check: number;
  readonly embedding: number;
  readonly answer: number;
  readonly total: number;
}

interface Setting {
  readonly share: string;
  readonly data: string;
  readonly question: string;
  /** Settings beside those that every cold start has. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a process on a share and asks it one question. */
export const coldStart = async (
  { appRoot }: Config,
  { share, data, question, env }: Setting,
): Promise<ColdStart> => {
  const startedAt = performance.now();
  const app = startNode({
    words: [join(appRoot, "dist", "local-host.cjs")],
    cwd: appRoot,
    env: {
      ...hostSettings,
      DATA_DIR: data,
      SNAPSHOT_DIR: share,
      LLM: "extractive",
      LOG_FORMAT: "json",
      ...env,
    },
  });
  try {
    const url = await addressOf(app);
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
    const total = performance.now() - startedAt;
    if (context.mode !== "extractive" || context.degraded) {
      throw new AppError("internal", `The first answer was ${JSON.stringify(context.mode)}.`);
    }
    const ready = await app.line(/Chroma engine and client ready/);
    const { copyMs = 0, engineMs = 0, checkMs = 0 } = JSON.parse(ready) as Record<string, number>;
    const embedding = context.thoughts.find(({ title }) => title === "embed")?.props.durationMs ?? 0;
    const answer = total - (listened - startedAt) - copyMs - engineMs - checkMs - embedding;
    return {
      import: listened - startedAt,
      copy: copyMs,
      engine: engineMs,
      check: checkMs,
      embedding,
      answer,
      total,
    };
  } finally {
    await app.stop();
  }
};
