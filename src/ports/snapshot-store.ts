/** The files that instances and publishers share. Paths use `/` and are relative to its root. */
export interface SnapshotStore {
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Whole or not at all: a reader sees the old content or the new, never a part. */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** The names in a folder, none when it does not exist. */
  list(folder: string): Promise<readonly string[]>;
  /** Removes a file or a folder with all that is in it; no error when there is none. */
  remove(path: string): Promise<void>;
}
