/** A file or folder of a store. */
export interface SnapshotEntry {
  readonly name: string;
  /** Milliseconds by the store's own clock: to be compared with others of the same store only. */
  readonly modified: number;
}

/**
 * The files that instances and publishers share. Paths use `/` and are relative to the store's root. Each call
 * has a deadline, and retries transient faults of a network share for a bounded time.
 */
export interface SnapshotStore {
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** As `read`, but in pieces, for large files. */
  open(path: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Whole or not at all: a reader sees the old content or the new, never a part. */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** Copies a local file in, whole or not at all. */
  copyIn(path: string, localFile: string): Promise<void>;
  /**
   * Writes a file in a folder of its own, both in one step; `false` if that folder has the file already. Of
   * several callers at the same time, one succeeds. After a lost answer the file may be the caller's own:
   * its content tells.
   */
  writeOnce(path: string, content: string): Promise<boolean>;
  /** What is in a folder, nothing when it does not exist. */
  list(folder: string): Promise<readonly SnapshotEntry[]>;
  /** Removes a file or a folder with all that is in it; no error when there is none. */
  remove(path: string): Promise<void>;
}
