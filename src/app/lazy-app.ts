import { randomUUID } from "node:crypto";
import { createGenerationCatalog } from "../generations/generation-catalog.ts";
import { AppError } from "../shared/app-error.ts";
import { composeApp } from "./compose.ts";
import { composeSnapshots } from "./parts.ts";
import type { App } from "./compose.ts";
import { readConfig } from "../config/read-config.ts";
import type { Config, Environment } from "../config/read-config.ts";
import { readFunctionKey } from "../config/read-function-key.ts";
import { createFirstAnswerNote } from "../health/first-answer.ts";
import { createSelfTestMark, selfTestHeader } from "../health/self-test/mark.ts";
import type { SelfTestMark } from "../health/self-test/mark.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { lazily } from "../shared/lazily.ts";
import { createSelfTest } from "../health/self-test/self-test.ts";
import type { SelfTest } from "../health/self-test/self-test.ts";

/** Gives the app, composed at its first use. Fails with `misconfigured`. */
export interface AppAccess {
  (): Promise<App>;
  /** The app if it is composed already. */
  readonly made: () => App | undefined;
  /** Fails with `misconfigured`. */
  readonly config: () => Config;
  /** There whatever the other settings are. */
  readonly functionKey: () => string | undefined;
  readonly firstAnswer: ReturnType<typeof createFirstAnswerNote>;
  /** There whatever the settings are. */
  readonly telemetry: Telemetry;
  /** Names this process among those of the app. */
  readonly processId: string;
  readonly selfTestMark: () => SelfTestMark;
  readonly selfTest: SelfTest;
}

interface Source {
  readonly telemetry: Telemetry;
  /** The settings; the process's own where none are given. */
  readonly environment?: Environment;
  /** Reads the configuration at its first use. */
  readonly readConfig?: (environment?: Environment) => Config;
}

/** Reads and composes nothing yet. */
export const createAppAccess = ({
  telemetry,
  environment,
  readConfig: read = readConfig,
}: Source): AppAccess => {
  let knownConfig: Config | undefined;
  const config = (): Config => (knownConfig ??= read(environment));
  const functionKey = (): string | undefined => readFunctionKey(environment);
  let knownMark: SelfTestMark | undefined;
  const selfTestMark = (): SelfTestMark => (knownMark ??= createSelfTestMark(functionKey()));
  return Object.assign(
    lazily(async () => composeApp(config(), telemetry)),
    {
      config,
      functionKey,
      telemetry,
      firstAnswer: createFirstAnswerNote(),
      processId: randomUUID(),
      selfTestMark,
      selfTest: createSelfTest({
        target: () => selfTestTarget(config(), selfTestMark()),
        open: () => {
          const snapshots = composeSnapshots(config());
          return { snapshots, catalog: createGenerationCatalog(snapshots) };
        },
      }),
    },
  );
};

const selfTestTarget = (
  config: Config,
  mark: SelfTestMark,
): ReturnType<Parameters<typeof createSelfTest>[0]["target"]> => {
  const { apiKeys, model, selfTest, functionKey } = config;
  // another process can only tell the self-test from a visitor by the function key
  if (model && !selfTest.llm && functionKey === undefined && selfTest.isElsewhere) {
    throw new AppError(
      "misconfigured",
      "Without FUNCTION_KEY the app would have its model answer the self-test: set it, or SELF_TEST_LLM=true to allow that, or SELF_TEST_SCHEDULE=off",
    );
  }
  return {
    app: {
      url: selfTest.url,
      headers: () => ({
        [selfTestHeader]: mark.sign(),
        ...(apiKeys[0] === undefined ? {} : { authorization: `Bearer ${apiKeys[0]}` }),
      }),
    },
    location: selfTest.location,
    worded: selfTest.llm && model !== undefined,
  };
};
