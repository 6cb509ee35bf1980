/** A Chroma server on loopback that belongs to this process, is watched by it, and ends with it. */
export interface VectorEngine {
  /** Stays the same over restarts, so that a client made once goes on working. */
  readonly url: string;
  readonly pid: number | undefined;
  /** Why it does not stay up. It goes on being restarted, ever more slowly. */
  readonly trouble: string | undefined;
  /** Resolves when it runs, at once or after the restart that is under way. */
  ready(signal: AbortSignal): Promise<void>;
  /** Ends it for certain. */
  stop(): Promise<void>;
}

/** Starts an engine on a folder. Fails with `engine_unavailable`, in words for the owner. */
export type StartEngine = (folder: string, signal: AbortSignal) => Promise<VectorEngine>;
