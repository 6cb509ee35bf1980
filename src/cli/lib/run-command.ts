import { AppError, messageOf } from "../../shared/app-error.ts";
import type { Command } from "./define-command.ts";
import { watchOutput } from "./output-closed.ts";

/** Runs a command with the words of the command line. An error is printed in one sentence, and exits with 1. */
export const runCommand = async (command: Command): Promise<void> => {
  watchOutput();
  try {
    process.exitCode = await command.runWith(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${wordsOf(error)}\n`);
    process.exitCode = 1;
  }
};

/** What the owner or the machine caused is printed in a sentence; anything else is a defect, and shows where. */
const wordsOf = (error: unknown): string => {
  if (error instanceof AppError) return error.message;
  const ofFiles = error instanceof Error && "code" in error && "path" in error;
  return ofFiles ? messageOf(error) : ((error as Error).stack ?? messageOf(error));
};
