import type { GenerationCatalog } from "../../ports/generation.ts";
import type { SnapshotStore } from "../../ports/snapshot-store.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import { messageOf, toAppError } from "../../shared/app-error.ts";
import { withSignal } from "../../shared/with-signal.ts";
import { withAttributes } from "../../telemetry/with-attributes.ts";
import type { AppAddress } from "./ask-app.ts";
import { runSelfTest } from "./run-self-test.ts";
import { createSelfTestFile } from "./self-test-file.ts";
import type { SelfTestRun } from "./self-test-run.ts";

const timerTimeoutMs = 240_000;
const deepTimeoutMs = 40_000;

/** A caller who asks again within this time gets the result of the last run. */
const minDeepIntervalMs = 5_000;

/** A result is valid for this many periods, so that one missed run does not count as a failure. */
const validPeriods = 2.5;
const minValidMs = 600_000;
const defaultPeriodMs = 1_800_000;

interface Round {
  readonly telemetry: Telemetry;
  readonly deep: boolean;
  /** Time until the next run. */
  readonly periodMs: number;
}

export interface SelfTest {
  /** For the timer. Fails with `misconfigured`, or when the app's address cannot be asked. */
  run(round: Pick<Round, "telemetry" | "periodMs">): Promise<SelfTestRun>;
  /** For a caller who waits: within a bounded time, and at most once every few seconds. */
  runNow(telemetry: Telemetry): Promise<SelfTestRun>;
  /** The last result on the share that is still valid, whichever instance wrote it. Never fails. */
  last(): Promise<SelfTestRun | undefined>;
}

interface SelfTestSetup {
  /** The app to ask, read at each run. Fails with `misconfigured`. */
  readonly target: () => {
    readonly app: AppAddress;
    /** Where the app is asked from, for the telemetry. */
    readonly location: string;
    /** Whether a model is to word the answers. */
    readonly worded: boolean;
  };
  /** Where results are kept, and what tells which questions to ask; opened at the first use. */
  readonly open: () => {
    readonly snapshots: Pick<SnapshotStore, "read" | "write">;
    readonly catalog: Pick<GenerationCatalog, "current" | "content">;
  };
}

/** Needs no engine and no embedder: on Azure the timer runs on an instance that answers no visitors. */
export const createSelfTest = ({ target, open }: SelfTestSetup): SelfTest => {
  let opened: ReturnType<typeof open> | undefined;
  let running: Promise<SelfTestRun> | undefined;
  let lastRun: { readonly at: number; readonly run: SelfTestRun } | undefined;

  const openOnce = (): ReturnType<typeof open> => (opened ??= open());

  const start = async ({ telemetry, deep, periodMs }: Round): Promise<SelfTestRun> => {
    const { snapshots, catalog } = openOnce();
    const file = createSelfTestFile(snapshots);
    const run = await runSelfTest({
      ...target(),
      catalog,
      telemetry,
      deep,
      publish: (result) =>
        file
          .write(result)
          .catch((error: unknown) => logError(telemetry, "result is not on the share", error)),
      goodForMs: Math.max(minValidMs, periodMs * validPeriods),
      signal: AbortSignal.timeout(deep ? deepTimeoutMs : timerTimeoutMs),
    });
    lastRun = { at: performance.now(), run };
    return run;
  };

  const run = (round: Round): Promise<SelfTestRun> => {
    running ??= start(round).finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    run: (round) => run({ ...round, deep: false }),
    runNow: async (telemetry) =>
      lastRun && performance.now() - lastRun.at < minDeepIntervalMs
        ? lastRun.run
        : withSignal(
            run({ telemetry, deep: true, periodMs: defaultPeriodMs }),
            AbortSignal.timeout(deepTimeoutMs + minDeepIntervalMs),
          ),
    last: async () => {
      try {
        return await createSelfTestFile(openOnce().snapshots).last();
      } catch {
        return undefined;
      }
    },
  };
};

interface Tick {
  readonly requestId: string;
  /** The W3C `traceparent` of the host's span, where there is one. */
  readonly traceParent?: string | undefined;
  /** When the timer fires next, as the host writes it. */
  readonly next?: string | undefined;
}

/** Runs the self-test when its timer fires. Never fails: what is wrong goes to the telemetry. */
export const runScheduledSelfTest = async (
  { requestId, traceParent, next }: Tick,
  { selfTest, telemetry: host }: { readonly selfTest: SelfTest; readonly telemetry: Telemetry },
): Promise<void> => {
  const telemetry = withAttributes(host.below(traceParent), {
    requestId,
    operation: "self-test",
    synthetic: true,
  });
  const nextAt = Date.parse(next ?? "");
  const periodMs = Number.isNaN(nextAt) ? defaultPeriodMs : nextAt - Date.now();
  await selfTest.run({ telemetry, periodMs }).catch((error: unknown) => {
    logError(telemetry, "could not run", error);
    // the alert looks at results alone
    telemetry.availability({
      name: "self-test all",
      success: false,
      durationMs: 0,
      // the settings, which say it, may be what is wrong
      location: "unknown",
      message: `It could not run: ${messageOf(error)}`,
      attributes: { stage: "self-test", kind: "failed", errorCode: toAppError(error).code },
    });
  });
};

const logError = (telemetry: Telemetry, what: string, error: unknown): void =>
  telemetry.log({
    severity: "error",
    message: `[ERROR] self-test ${what}: ${messageOf(error)}`,
    attributes: { stage: "self-test", errorCode: toAppError(error).code },
    error,
  });
