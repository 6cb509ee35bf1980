import { randomUUID } from "node:crypto";
import { composeApp } from "../compose.ts";
import type { App } from "../compose.ts";
import { readConfig } from "../config/read-config.ts";
import type { Config } from "../config/read-config.ts";
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
  readonly firstAnswer: ReturnType<typeof createFirstAnswerNote>;
  /** There whatever the settings are. */
  readonly telemetry: Telemetry;
  /** Names this process among those of the app. */
  readonly processId: string;
  readonly selfTestMark: () => SelfTestMark;
  readonly selfTest: SelfTest;
}

/** Reads and composes nothing yet. */
export const createAppAccess = (telemetry: Telemetry): AppAccess => {
  let knownConfig: Config | undefined;
  const config = (): Config => (knownConfig ??= readConfig());
  let knownMark: SelfTestMark | undefined;
  const selfTestMark = (): SelfTestMark => (knownMark ??= createSelfTestMark(readFunctionKey()));
  return Object.assign(
    lazily(async () => composeApp(config(), telemetry)),
    {
      config,
      telemetry,
      firstAnswer: createFirstAnswerNote(),
      processId: randomUUID(),
      selfTestMark,
      selfTest: createSelfTest({ config, selfTestMark }),
    },
  );
};
