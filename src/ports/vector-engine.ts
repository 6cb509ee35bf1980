/** A Chroma server on loopback that belongs to this process and ends with it. */
export interface VectorEngine {
  /** Stays the same over restarts, so that a client made once goes on working. */
  readonly url: string;
  readonly pid: number | undefined;
  readonly running: boolean;
  /** Starts it again on the same folder and port if it has exited. Fails with `engine_unavailable`. */
  restart(): Promise<void>;
  /** Ends it for certain. */
  stop(): Promise<void>;
}

/** Starts an engine on a folder. Fails with `engine_unavailable`, in words for the owner. */
export type StartEngine = (folder: string, signal: AbortSignal) => Promise<VectorEngine>;
