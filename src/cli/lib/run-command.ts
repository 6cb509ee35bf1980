import { readConfig } from "../../config/read-config.ts";
import type { Config } from "../../config/read-config.ts";
import { readLocalSettings } from "../../local-host/settings.ts";
import { appRoot } from "../../shared/app-root.ts";
import { AppError, messageOf } from "../../shared/app-error.ts";

/**
 * Runs a command of the command line with the app's configuration. An error is printed in one sentence,
 * and exits with 1; the exit code is the command's own otherwise.
 */
export const runCommand = async (command: (config: Config) => Promise<number>): Promise<void> => {
  try {
    const local = await readLocalSettings(appRoot());
    for (const [name, value] of Object.entries(local)) process.env[name] ||= value;
    process.exitCode = await command(readConfig());
  } catch (error) {
    const words = wordsOf(error);
    process.stderr.write(`${words}\n`);
    process.exitCode = 1;
  }
};

/** What the owner or the machine caused is printed in a sentence; anything else is a defect, and shows where. */
const wordsOf = (error: unknown): string => {
  if (error instanceof AppError) return error.message;
  const ofFiles = error instanceof Error && "code" in error && "path" in error;
  return ofFiles ? messageOf(error) : ((error as Error).stack ?? messageOf(error));
};
