import { composeApp } from "../compose.ts";
import type { App } from "../compose.ts";
import { readConfig } from "../config/read-config.ts";
import type { Config } from "../config/read-config.ts";
import { createFirstAnswerNote } from "../health/first-answer.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { lazily } from "../shared/lazily.ts";

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
}

/** Reads and composes nothing yet. */
export const createAppAccess = (telemetry: Telemetry): AppAccess => {
  let known: Config | undefined;
  const config = (): Config => (known ??= readConfig());
  return Object.assign(
    lazily(async () => composeApp(config(), telemetry)),
    { config, telemetry, firstAnswer: createFirstAnswerNote() },
  );
};
