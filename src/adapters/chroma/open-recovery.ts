import type { ErrorCode } from "../../shared/app-error.ts";

/** Where the files of an index come from: an archive of the share, the share's records, or an earlier process here. */
export type IndexOrigin = "archive" | "records" | "local copy";

export interface Recovery {
  /** The copy stays on disk for a later try. */
  readonly keepCopy: boolean;
  readonly next: "another local copy" | "the records" | "free disk space" | "give up";
}

/** Decides what follows when an index of this origin could not be opened: what becomes of its copy, and what is tried next. */
export const recoverFrom = (origin: IndexOrigin, code: ErrorCode): Recovery => {
  // a local copy was served before: an engine that does not start now says nothing against the copy
  if (origin === "local copy")
    return { keepCopy: code !== "generation_unusable", next: "another local copy" };
  // building from the records takes more room than unpacking an archive: on a full disk it fails as well
  if (code === "disk_full") return { keepCopy: false, next: "free disk space" };
  return { keepCopy: false, next: origin === "archive" ? "the records" : "give up" };
};
