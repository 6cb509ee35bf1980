import { randomUUID } from "node:crypto";
import { Cron } from "croner";
import { AppError } from "../shared/app-error.ts";
import { isNcrontab } from "../shared/ncrontab.ts";
import type { LoadedApp } from "./app.ts";
import { findTrigger } from "./core.ts";
import type { RegisteredFunction } from "./core.ts";
import { invokeFunction } from "./invoke.ts";
import { readSetting } from "./settings.ts";
import { createTraceContext } from "./trace.ts";

export interface Timers {
  /** Runs a timer function now, whatever its schedule. */
  fire(registered: RegisteredFunction): void;
  stop(): void;
}

/** Runs an app's timer functions on their schedules (UTC); hands each run to `track`. `runOnStartup` is ignored. */
export const startTimers = (app: LoadedApp, track: (run: Promise<unknown>) => void): Timers => {
  const timers = new Map<RegisteredFunction, Timer>();
  const stop = (): void => {
    for (const { job } of timers.values()) job.stop();
  };
  try {
    for (const registered of app.functions) {
      if (findTrigger(registered.metadata).type !== "timertrigger") continue;
      timers.set(registered, startTimer({ app, registered, track }));
    }
  } catch (error) {
    stop();
    throw error;
  }
  return {
    fire: (registered) => void timers.get(registered)?.fire(),
    stop,
  };
};

interface Timer {
  readonly job: Cron;
  fire(): Promise<void>;
}

interface TimerOptions {
  readonly app: LoadedApp;
  readonly registered: RegisteredFunction;
  readonly track: (run: Promise<unknown>) => void;
}

const startTimer = ({ app, registered, track }: TimerOptions): Timer => {
  const fire = async (): Promise<void> => {
    const last = (job.currentRun() ?? job.previousRun() ?? new Date()).toISOString();
    const info = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: last, Next: job.nextRun()?.toISOString() ?? "", LastUpdated: last },
      IsPastDue: false,
    };
    const run = invokeFunction({
      app,
      registered,
      invocationId: randomUUID(),
      input: { json: JSON.stringify(info) },
      triggerMetadata: {},
      traceContext: createTraceContext(),
      // invokeFunction has logged it, and a timer has no caller
    }).catch(() => undefined);
    track(run);
    await run;
  };
  const job = new Cron(
    readSchedule(registered),
    {
      timezone: "UTC",
      // NCRONTAB wants day of month and day of week both to match
      domAndDow: true,
      // while a run lasts, the next one is skipped
      protect: true,
      unref: true,
    },
    fire,
  );
  return { job, fire };
};

const readSchedule = ({ metadata }: RegisteredFunction): string => {
  const { name } = metadata;
  const schedule = (findTrigger(metadata).binding.schedule ?? "").replaceAll(
    /%([^%]+)%/g,
    (_match, setting: string) => {
      const value = readSetting(setting);
      if (value !== undefined) return value;
      throw new AppError(
        "misconfigured",
        `The function '${name}' needs the setting ${setting}, which is not set.`,
      );
    },
  );
  if (!isNcrontab(schedule)) {
    throw new AppError(
      "misconfigured",
      `The schedule '${schedule}' of the function '${name}' is not an NCRONTAB expression.`,
    );
  }
  return schedule;
};
