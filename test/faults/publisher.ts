import { runNode } from "../support/run-node.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { atEnd } from "./clean-up.ts";
import { writeEdition } from "./corpus.ts";

export interface Published {
  readonly code: number | string;
  readonly said: string;
  /** What it says it made the served one. */
  readonly generation: string | undefined;
  readonly durationMs: number;
}

export interface Publication extends NodeProcess {
  readonly finished: Promise<Published>;
}

export interface Publisher {
  /** Changes one file and runs the real ingest. */
  begin(edition: number, environment?: Record<string, string>): Publication;
  /** The same to its end; fails when it did not publish. */
  publish(edition: number, environment?: Record<string, string>): Promise<Published>;
}

interface Place {
  /** Which share it is, as settings. */
  readonly share: Readonly<Record<string, string>>;
  readonly data: string;
  readonly knowledge: string;
}

/** Publishes from a knowledge folder and a local disk of its own, as another machine does. */
export const createPublisher = ({ share, data, knowledge }: Place): Publisher => {
  const begin: Publisher["begin"] = (edition, environment = {}) => {
    writeEdition(knowledge, edition);
    const began = performance.now();
    const run = runCommand("ingest.cjs", [knowledge], {
      DATA_DIR: data,
      ...share,
      ...environment,
    });
    const finished = run.exited.then((code) => {
      const said = [...run.out, ...run.err].join("\n");
      const [, generation] = /Generation (\S+) is now served/.exec(said) ?? [];
      return { code, said, generation, durationMs: performance.now() - began };
    });
    return { ...run, finished };
  };
  return {
    begin,
    publish: async (edition, environment) => {
      const published = await begin(edition, environment).finished;
      if (published.code !== 0)
        throw new Error(`The ingest exited with ${published.code}:\n${published.said}`);
      return published;
    },
  };
};

/** Runs a built script that does not outlive the suite. */
export const runCommand = (
  script: string,
  args: readonly string[],
  env: Record<string, string>,
): NodeProcess => {
  const run = runNode(script, { args, env });
  atEnd(() => run.child.kill("SIGKILL"));
  return run;
};
