import { randomUUID } from "node:crypto";
import { composeApp } from "../compose.ts";
import type { App } from "../compose.ts";
import { readConfig } from "../config/read-config.ts";
import type { Config, Environment } from "../config/read-config.ts";
import { readFunctionKey } from "../config/read-function-key.ts";
import { createFirstAnswerNote } from "../health/first-answer.ts";
import { createSelfTestMark } from "../http/self-test-mark.ts";
import type { SelfTestMark } from "../http/self-test-mark.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { lazily } from "../shared/lazily.ts";
import { createSelfTest } from "./self-test.ts";
import type { SelfTest } from "./self-test.ts";

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
      selfTest: createSelfTest({ config, selfTestMark }),
    },
  );
};
