import type { ShareClient } from "@azure/storage-file-share";
import { AppError } from "../../shared/app-error.ts";
import { lazily } from "../../shared/lazily.ts";
import { type Clock, retry } from "../../shared/retry.ts";
import { withSignal } from "../../shared/with-signal.ts";
import type { AzureFilesAccess } from "./share.ts";
import { type AzureFilesError, describeAzureFilesError } from "./describe-error.ts";

export interface Attempt {
  readonly share: ShareClient;
  /** A path of the store as one of the share. */
  readonly within: (path: string) => string;
  /** Makes one request, and retries transient failures. */
  readonly ask: <T>(request: (call: { readonly abortSignal: AbortSignal }) => Promise<T>) => Promise<T>;
}

type MakeAttempt = <T>(
  /** For the error: "read", "written". */
  what: string,
  path: string,
  timeoutMs: number,
  work: (attempt: Attempt) => Promise<T>,
) => Promise<T>;

/**
 * Makes the function that works on a share within a deadline, and retries transient failures for a third of
 * `smallTimeoutMs` at most. Rejects with `snapshot_unavailable`, which says in words what Azure answered.
 */
export const azureFilesAttempts = (
  access: AzureFilesAccess,
  { smallTimeoutMs, clock }: { readonly smallTimeoutMs: number; readonly clock?: Clock | undefined },
): MakeAttempt => {
  // loaded at first use: instances that have the share mounted start without the SDK
  const open = lazily(async () => (await import("./share.ts")).azureFilesShare(access));
  const signedIn = access.connectionString ? "by key" : "by identity";
  const { origin, pathname } = new URL(access.url);
  const place = `${origin}${pathname.replace(/\/$/, "")}`;

  return async (what, path, timeoutMs, work) => {
    const signal = AbortSignal.timeout(timeoutMs);
    let refused: AzureFilesError | undefined;
    const ask: Attempt["ask"] = (request) =>
      retry(() => request({ abortSignal: signal }), {
        withinMs: smallTimeoutMs / 3,
        signal,
        clock,
        isRetriable: (error) => {
          if (signal.aborted || !isTransient(error as AzureFilesError)) return false;
          refused = error as AzureFilesError;
          return true;
        },
      });
    try {
      const working = async (): ReturnType<typeof work> => {
        const { share, root } = await open();
        return work({ share, within: (name) => joined(root, name), ask });
      };
      return await withSignal(working(), signal);
    } catch (error) {
      if (error instanceof AppError) throw error;
      const last = signal.aborted ? refused : (error as AzureFilesError);
      const why = [
        ...(signal.aborted ? [`no answer within ${timeoutMs / 1_000} s`] : []),
        ...(last ? [describeAzureFilesError(last, signedIn)] : []),
      ].join("; ");
      throw new AppError("snapshot_unavailable", `${place}/${path} cannot be ${what}: ${why}.`, {
        cause: last ?? error,
      });
    }
  };
};

export const joined = (...parts: readonly string[]): string =>
  parts
    .flatMap((part) => part.split("/"))
    .filter(Boolean)
    .join("/");

const transientStatuses = new Set([408, 429, 500, 502, 503, 504]);
/** Another machine has the file open through its mount, or is just removing it. */
const transientCodes = new Set([
  "SharingViolation",
  "FileLockConflict",
  "FileOpenBySmbClient",
  "DeletePending",
  "DirectoryNotEmpty",
]);

/**
 * Transient are too many requests, an error of the server, a file in use, and a connection that failed or broke off,
 * which the SDK reports as an abort. The SDK's own retries leave out 429, files in use and broken connections, and
 * have no jitter.
 */
const isTransient = ({ name, statusCode, code = "" }: AzureFilesError): boolean =>
  statusCode
    ? transientStatuses.has(statusCode) || transientCodes.has(code)
    : name === "RestError" || name === "AbortError";
