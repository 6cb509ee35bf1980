import { getSystemErrorMap } from "node:util";
import { messageOf } from "../shared/app-error.ts";

/** What the system said of a file, without its path: `permission denied`. */
export const describeFileError = (error: unknown): string => {
  const { errno } = error as NodeJS.ErrnoException;
  const [, words] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  return words ?? messageOf(error);
};
