import type { InvocationContext, Timer } from "@azure/functions";
import { composeSnapshots } from "../compose.ts";
import type { Config } from "../config/read-config.ts";
import { createGenerationCatalog } from "../generations/generation-catalog.ts";
import { runSelfTest } from "../health/self-test/run-self-test.ts";
import { createSelfTestFile } from "../health/self-test/self-test-file.ts";
import type { SelfTestFile } from "../health/self-test/self-test-file.ts";
import type { SelfTestRun } from "../health/self-test/self-test-run.ts";
import { selfTestHeader } from "../http/self-test-mark.ts";
import type { SelfTestMark } from "../http/self-test-mark.ts";
import type { GenerationCatalog } from "../ports/generation.ts";
import { withAttributes } from "../ports/telemetry.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import { withSignal } from "../shared/with-signal.ts";
import type { AppAccess } from "./app-access.ts";

const timerTimeoutMs = 240_000;
const deepTimeoutMs = 40_000;

/** Somebody who asks again and again gets the same result. */
const deepPauseMs = 5_000;

/** A failure counts for so many periods: one run may be missed. */
const periodsItCounts = 2.5;
const leastGoodForMs = 600_000;
const usualPeriodMs = 1_800_000;

interface Round {
  readonly telemetry: Telemetry;
  readonly deep: boolean;
  /** Until the next one. */
  readonly periodMs: number;
}

export interface SelfTest {
  run(round: Round): Promise<SelfTestRun>;
  /** For somebody who waits: within a bounded time, and not more often than every few seconds. */
  runNow(telemetry: Telemetry): Promise<SelfTestRun>;
  /** The last result on the share that is not too old, by whichever instance. Never fails. */
  last(): Promise<SelfTestRun | undefined>;
}

interface Tools {
  readonly config: () => Config;
  readonly selfTestMark: () => SelfTestMark;
}

/** Needs no engine and no embedder: on Azure the timer runs on an instance that answers nobody. */
export const createSelfTest = ({ config, selfTestMark }: Tools): SelfTest => {
  let opened: { readonly file: SelfTestFile; readonly catalog: GenerationCatalog } | undefined;
  let running: Promise<SelfTestRun> | undefined;
  let ended: { readonly at: number; readonly run: SelfTestRun } | undefined;

  const open = (): NonNullable<typeof opened> => {
    if (opened) return opened;
    const snapshots = composeSnapshots(config());
    opened = { file: createSelfTestFile(snapshots), catalog: createGenerationCatalog(snapshots) };
    return opened;
  };

  const start = async ({ telemetry, deep, periodMs }: Round): Promise<SelfTestRun> => {
    const { file, catalog } = open();
    const { apiKeys, model, selfTest } = config();
    refuseToSpend(config());
    const run = await runSelfTest({
      app: {
        url: selfTest.url,
        headers: () => ({
          [selfTestHeader]: selfTestMark().sign(),
          ...(apiKeys[0] === undefined ? {} : { authorization: `Bearer ${apiKeys[0]}` }),
        }),
      },
      catalog,
      telemetry,
      location: selfTest.location,
      worded: selfTest.llm && model !== undefined,
      deep,
      publish: (result) =>
        file
          .write(result)
          .catch((error: unknown) => tellError(telemetry, "result is not on the share", error)),
      goodForMs: Math.max(leastGoodForMs, periodMs * periodsItCounts),
      signal: AbortSignal.timeout(deep ? deepTimeoutMs : timerTimeoutMs),
    });
    ended = { at: performance.now(), run };
    return run;
  };

  const run = (round: Round): Promise<SelfTestRun> => {
    running ??= start(round).finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    run,
    runNow: async (telemetry) =>
      ended && performance.now() - ended.at < deepPauseMs
        ? ended.run
        : withSignal(
            run({ telemetry, deep: true, periodMs: usualPeriodMs }),
            AbortSignal.timeout(deepTimeoutMs + deepPauseMs),
          ),
    last: async () => {
      try {
        return await open().file.last();
      } catch {
        return undefined;
      }
    },
  };
};

/** The timer's function. Never fails: what is wrong is told to the telemetry. */
export const onSelfTestTimer =
  (access: AppAccess) =>
  async (
    { scheduleStatus }: Timer,
    { invocationId: requestId, traceContext }: InvocationContext,
  ): Promise<void> => {
    const telemetry = withAttributes(access.telemetry.below(traceContext?.traceParent), {
      requestId,
      operation: "self-test",
      synthetic: true,
    });
    const next = Date.parse(scheduleStatus?.next ?? "");
    const periodMs = Number.isNaN(next) ? usualPeriodMs : next - Date.now();
    await access.selfTest.run({ telemetry, deep: false, periodMs }).catch((error: unknown) => {
      tellError(telemetry, "could not run", error);
      // the alert looks at results alone
      telemetry.availability({
        name: "self-test all",
        success: false,
        durationMs: 0,
        // the settings, which tell it, may be what is wrong
        location: "unknown",
        message: `It could not run: ${messageOf(error)}`,
        attributes: { stage: "self-test", kind: "failed", errorCode: toAppError(error).code },
      });
    });
  };

/** Another process can only tell the self-test from a visitor by the function key. */
const refuseToSpend = ({ model, functionKey, selfTest }: Config): void => {
  if (!model || selfTest.llm || functionKey !== undefined || !selfTest.isElsewhere) return;
  throw new AppError(
    "misconfigured",
    "Without FUNCTION_KEY the app would have its model answer the self-test: set it, or SELF_TEST_LLM=true to allow that, or SELF_TEST_SCHEDULE=off",
  );
};

const tellError = (telemetry: Telemetry, what: string, error: unknown): void =>
  telemetry.log({
    severity: "error",
    message: `[ERROR] self-test ${what}: ${messageOf(error)}`,
    attributes: { stage: "self-test", errorCode: toAppError(error).code },
    error,
  });
