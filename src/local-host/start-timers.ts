import { Cron } from "croner";
import type { TypedData } from "./core-contract.ts";
import type { RegisteredFunction, Registry } from "./core-module.ts";
import { findTrigger } from "./find-trigger.ts";
import { resolveSettingNames } from "./resolve-setting-names.ts";
import { runFunction } from "./run-function.ts";

export interface Timers {
  /** Runs a timer function now, whatever its schedule. */
  fire(registered: RegisteredFunction): void;
  stop(): void;
}

const fieldPattern = /^(?:\*|\d+|[a-z]{3})(?:-(?:\d+|[a-z]{3}))?(?:\/\d+)?$/i;

/** Runs the timer functions of an app on their schedules (UTC); `track` is told of every run. */
export function startTimers(registry: Registry, track: (run: Promise<unknown>) => void): Timers {
  const timers = new Map<RegisteredFunction, Timer>();
  const startupRuns: Timer[] = [];
  try {
    for (const registered of registry.functions) {
      const { type, binding } = findTrigger(registered.metadata);
      if (type !== "timertrigger") continue;
      const { name } = registered.metadata;
      const run = async (data: TypedData) => {
        const ended = runFunction({ registry, registered, data });
        track(ended);
        await ended;
      };
      const timer = startTimer({ name, schedule: resolveSettingNames(binding.schedule ?? "", name), run });
      timers.set(registered, timer);
      if (binding.runOnStartup) startupRuns.push(timer);
    }
  } catch (error) {
    stop();
    throw error;
  }
  for (const timer of startupRuns) void timer.fire();

  function stop(): void {
    for (const timer of timers.values()) timer.job.stop();
  }
  return {
    fire(registered) {
      void timers.get(registered)?.fire();
    },
    stop,
  };
}

interface Timer {
  readonly job: Cron;
  fire(): Promise<void>;
}

interface TimerOptions {
  readonly name: string;
  readonly schedule: string;
  readonly run: (data: TypedData) => Promise<void>;
}

function startTimer({ name, schedule, run }: TimerOptions): Timer {
  checkSchedule(name, schedule);
  const fire = async (): Promise<void> => {
    const last = job.currentRun() ?? job.previousRun();
    const lastText = (last ?? new Date()).toISOString();
    const info = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: lastText, Next: job.nextRun()?.toISOString() ?? "", LastUpdated: lastText },
      IsPastDue: false,
    };
    await run({ json: JSON.stringify(info) });
  };
  // NCRONTAB wants day of month and day of week both to match; a run that lasts makes the next one be skipped
  const job = new Cron(schedule, { timezone: "UTC", domAndDow: true, protect: true, unref: true }, fire);
  return { job, fire };
}

function checkSchedule(name: string, schedule: string): void {
  const fields = schedule.trim().split(/\s+/);
  const isKnown = fields.every((field) => field.split(",").every((part) => fieldPattern.test(part)));
  if ((fields.length !== 5 && fields.length !== 6) || !isKnown) {
    throw new Error(`The schedule '${schedule}' of the function '${name}' is not an NCRONTAB expression.`);
  }
}
