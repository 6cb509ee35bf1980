import type { ShareClient } from "@azure/storage-file-share";
import { AppError } from "../../shared/app-error.ts";
import { lazily } from "../../shared/lazily.ts";
import { retry } from "../../shared/retry.ts";
import { withSignal } from "../../shared/with-signal.ts";
import type { AzureFilesAccess } from "./share.ts";
import { type AzureFilesError, describeAzureFilesError } from "./describe-error.ts";

export interface Attempt {
  readonly share: ShareClient;
  /** A path of the store as one of the share. */
  readonly within: (path: string) => string;
  /** Makes one request, and again what may pass. */
  readonly ask: <T>(request: (call: { readonly abortSignal: AbortSignal }) => Promise<T>) => Promise<T>;
}

type MakeAttempt = <T>(
  /** The word for what is tried: "read", "written". */
  what: string,
  path: string,
  timeoutMs: number,
  work: (attempt: Attempt) => Promise<T>,
) => Promise<T>;

/**
 * Works on a share within a deadline, trying again what may pass, for a third of `patienceMs` at most.
 * Rejects with `snapshot_unavailable`, which says in words what came back.
 */
export const azureFilesAttempts = (access: AzureFilesAccess, patienceMs: number): MakeAttempt => {
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
        withinMs: patienceMs / 3,
        signal,
        isRetriable: (error) => {
          if (signal.aborted || !passes(error as AzureFilesError)) return false;
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

const passingStatuses = new Set([408, 429, 500, 502, 503, 504]);
/** While another machine has a file open through its mount, or is just removing one. */
const passingCodes = new Set([
  "SharingViolation",
  "FileLockConflict",
  "FileOpenBySmbClient",
  "DeletePending",
  "DirectoryNotEmpty",
]);

/**
 * What may pass: too many requests, a server in trouble, a file in use, a connection that failed, or
 * broke off, which the SDK gives as an abort. The SDK itself would retry neither 429 nor files in use
 * nor, in truth, what broke off, and always after the same pauses.
 */
const passes = ({ name, statusCode, code = "" }: AzureFilesError): boolean =>
  statusCode
    ? passingStatuses.has(statusCode) || passingCodes.has(code)
    : name === "RestError" || name === "AbortError";
