import { randomUUID } from "node:crypto";
import type { GenerationCatalog, Manifest } from "../../ports/generation.ts";
import { inSpan } from "../../telemetry/in-span.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import { messageOf, toAppError } from "../../shared/app-error.ts";
import { servedGeneration } from "./ask-app.ts";
import type { AppAddress } from "./ask-app.ts";
import type { SelfTestResult, SelfTestRun } from "./self-test-run.ts";
import { testNamespaces } from "./test-namespaces.ts";

export interface SelfTestJob {
  readonly app: AppAddress;
  readonly catalog: Pick<GenerationCatalog, "current" | "content">;
  readonly telemetry: Telemetry;
  /** Where the app is asked from, for the telemetry. */
  readonly location: string;
  /** Whether a model has to word the answers. */
  readonly worded: boolean;
  /** A caller waits for the result, so each question gets one try. */
  readonly deep: boolean;
  readonly goodForMs: number;
  /** Called before the result is logged, so that a reader of the log finds the result in health. Must not fail. */
  readonly publish: (run: SelfTestRun) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Asks the app as a visitor would, and tells the telemetry, namespace by namespace, how it answered. */
export const runSelfTest = (job: SelfTestJob): Promise<SelfTestRun> =>
  inSpan(
    job.telemetry,
    "self-test",
    { attributes: { stage: "self-test", deep: job.deep } },
    async (telemetry) => {
      const { app, worded, deep, goodForMs, signal } = job;
      const generation = await servedGeneration(app, signal);
      const knowledge = await readKnowledge(generation, job);
      const results = await testNamespaces({ app, knowledge, worded, tries: deep ? 1 : 2, signal });
      const run: SelfTestRun = {
        format: 1,
        id: randomUUID(),
        generation,
        goodForMs,
        results: [...results],
      };
      await job.publish(run);
      for (const result of results) report(result, generation, { ...job, telemetry });
      return run;
    },
  );

/** What is served, by its manifest. Without the share the app may well answer, from its local copy. */
const readKnowledge = async (
  generation: string | undefined,
  { catalog, telemetry }: SelfTestJob,
): Promise<Manifest | undefined> => {
  try {
    const id = generation ?? (await catalog.current())?.generation;
    return id === undefined ? undefined : (await catalog.content(id)).manifest;
  } catch (error) {
    telemetry.log({
      severity: "warning",
      message: `The self-test has no questions of its own, since what is served cannot be read from the share: ${messageOf(error)}`,
      attributes: { stage: "self-test", errorCode: toAppError(error).code, generation },
    });
    return undefined;
  }
};

const report = (
  { namespace, outcome, message, durationMs, answerId }: SelfTestResult,
  generation: string | undefined,
  { telemetry, location, deep }: SelfTestJob,
): void => {
  const success = outcome === "answered";
  const attributes = { stage: "self-test", namespace, kind: outcome, generation, deep, answerId };
  telemetry.log({
    severity: success ? "information" : "error",
    message: success
      ? `[TIMING] self-test ${namespace}: ${message} in ${(durationMs / 1_000).toFixed(3)}s`
      : `[ERROR] self-test ${namespace} failed: ${message}`,
    attributes: { ...attributes, durationMs },
  });
  telemetry.availability({
    name: `self-test ${namespace}`,
    success,
    durationMs,
    location,
    message,
    attributes,
  });
};
