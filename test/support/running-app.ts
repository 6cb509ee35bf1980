import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { askedThrough } from "./asked-app.ts";
import type { AskedApp } from "./asked-app.ts";
import { addressOf, hostSettings } from "./node-process.ts";
import type { NodeProcess } from "./node-process.ts";
import { runNode } from "./run-node.ts";

export interface RunningApp extends NodeProcess, AskedApp {}

/**
 * Tests start hundreds of processes: of each start, pages of 4 kB take a fifth on a machine where they are slow, and
 * compiling a tenth. Not for what is measured: a real app is not started with it.
 */
const startsSoon = {
  GLIBC_TUNABLES: "glibc.malloc.hugetlb=1",
  NODE_COMPILE_CACHE: join(process.env["TEST_RUN_FOLDER"] ?? tmpdir(), "compiled"),
};

const started = new Set<NodeProcess>();

afterAll(async () => {
  for (const { child } of started) child.kill("SIGKILL");
  await Promise.all([...started].map(({ exited }) => exited));
});

/** Ingests a folder with the real command; gives its output and exit code. */
export const ingest = async (
  folder: string,
  env: Record<string, string>,
): Promise<{ code: number | string; out: string; err: string; generation: string }> => {
  const run = runNode("ingest.cjs", { args: [folder], env: { ...startsSoon, ...env } });
  const code = await run.exited;
  const out = run.out.join("\n");
  return {
    code,
    out,
    err: run.err.join("\n"),
    generation: /Generation (\S+) is now served/.exec(out)?.[1] ?? "",
  };
};

/** Runs the built app in the local host, as `npm start` does, on a free port. */
export const startApp = async (env: Record<string, string>): Promise<RunningApp> => {
  const run = runNode("local-host.cjs", { env: { ...hostSettings, ...startsSoon, ...env } });
  started.add(run);
  return { ...run, ...askedThrough(await addressOf(run), fetch) };
};
