export interface SnapshotEntry {
  readonly name: string;
  /** Milliseconds by the store's own clock: to be compared with others of the same store only. */
  readonly modified: number;
}

/**
 * The files that instances and publishers share. Paths use `/` and are relative to its root. Every
 * call has a deadline of its own, and tries again for a bounded time what a network share now and
 * then refuses for a moment.
 */
export interface SnapshotStore {
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The same in pieces, for files that are large. */
  open(path: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Whole or not at all: a reader sees the old content or the new, never a part. */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** Copies a local file in, whole or not at all. */
  copyIn(path: string, localFile: string): Promise<void>;
  /**
   * Writes a file in a folder of its own, both at once; `false` when that folder has it already. Of
   * several who try at once, one succeeds. Where an answer was lost, it may be the caller's own: what
   * stands there tells.
   */
  writeOnce(path: string, content: string): Promise<boolean>;
  /** What is in a folder, nothing when it does not exist. */
  list(folder: string): Promise<readonly SnapshotEntry[]>;
  /** Removes a file or a folder with all that is in it; no error when there is none. */
  remove(path: string): Promise<void>;
}
