import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../../../src/shared/app-error.ts";
import { withSignal } from "../../../src/shared/with-signal.ts";
import { startPackagedApp } from "./packaged-app.ts";
import type { PackagedApp } from "./packaged-app.ts";
import { cpuSeconds, familyOf, proportionalMemory } from "../../../src/health/process-usage.ts";

const sampleEveryMs = 50;

/** After so many, both have taken what they need to answer. */
const settlingQuestions = 100;
const steadyQuestions = 100;

const appAndEngine = 2;

const swapTimeoutMs = 120_000;

export interface Measured {
  /** From the start of the process to the end of its first answer. */
  readonly firstAnswerSeconds: number;
  readonly firstAnswerCpuSeconds: number;
  /** Of the app and its engines together, in bytes: the most that was seen. */
  readonly startBytes: number;
  readonly steadyBytes: number;
  readonly swapBytes: number;
}

interface Job {
  readonly node: string;
  readonly host: string;
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly canary: { readonly question: string; readonly expect: string };
  /** Publishes other knowledge while the app answers. */
  readonly publishNext: () => Promise<void>;
}

/** Starts the package, asks it the canary question, and lets it swap to newer knowledge under questions. */
export const measurePackage = async (job: Job): Promise<Measured> => {
  const { canary, publishNext } = job;
  const startedAt = performance.now();
  const app = startPackagedApp(job);
  try {
    const memory = watchMemory(app.pid);
    await askCanary(app, canary);
    const firstAnswerSeconds = (performance.now() - startedAt) / 1_000;
    const firstAnswerCpuSeconds = cpuSeconds(familyOf(app.pid));

    await askTimes(settlingQuestions, app, canary);
    const startBytes = memory.takePeak();
    await askTimes(steadyQuestions, app, canary);
    const steadyBytes = memory.takePeak();

    // both generations are open at this moment, for how long is not known
    const swapped = app.nextLine(/^Serving generation /).then(() => memory.look());
    // reported once it is waited for
    swapped.catch(() => undefined);
    await publishNext();
    await askUntil(withSignal(swapped, AbortSignal.timeout(swapTimeoutMs)), app, canary);
    // the old engine is closed when the last question to it is answered
    const deadline = AbortSignal.timeout(swapTimeoutMs);
    while (familyOf(app.pid).length > appAndEngine) {
      if (deadline.aborted) throw new AppError("internal", "The engine of the old generation was not ended.");
      await delay(sampleEveryMs);
    }
    const swapBytes = memory.takePeak();
    return { firstAnswerSeconds, firstAnswerCpuSeconds, startBytes, steadyBytes, swapBytes };
  } finally {
    await app.stop();
  }
};

const askTimes = async (times: number, app: PackagedApp, canary: Job["canary"]): Promise<void> => {
  for (let asked = 0; asked < times; asked += 1) await askCanary(app, canary);
};

/** The app looks for newer knowledge when it is asked, and answers while it opens it. */
const askUntil = async (event: Promise<unknown>, app: PackagedApp, canary: Job["canary"]): Promise<void> => {
  const happening = event.then(() => true);
  // reported in the loop, whenever it happens
  happening.catch(() => undefined);
  for (let happened = false; !happened;) {
    const asked = askCanary(app, canary);
    happened = await Promise.race([happening, asked.then(() => false)]);
    await asked;
  }
};

const askCanary = async (app: PackagedApp, { question, expect }: Job["canary"]): Promise<void> => {
  const answer = await app.ask(question);
  if (answer.includes(expect)) return;
  throw new AppError(
    "internal",
    `The canary question "${question}" was answered without "${expect}": ${answer}`,
  );
};

/** Looks at the memory of a process and its children again and again until the process is gone. */
const watchMemory = (root: number): { look(): void; takePeak(): number } => {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, proportionalMemory(familyOf(root)));
  };
  setInterval(look, sampleEveryMs).unref();
  return {
    look,
    takePeak: () => {
      const taken = peak;
      peak = 0;
      return taken;
    },
  };
};
