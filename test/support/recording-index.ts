import { gzipSync } from "node:zlib";
import type { Manifest } from "../../src/ports/generation.ts";
import type { KnowledgeIndex } from "../../src/ports/knowledge-index.ts";
import type { VectorStore } from "../../src/ports/vector-store.ts";
import { AppError } from "../../src/shared/app-error.ts";

export interface RecordingIndex extends KnowledgeIndex {
  /** What somebody tried to open, with success or without. */
  readonly tried: string[];
  readonly opened: string[];
  readonly closed: string[];
  /** Generations that cannot be opened. */
  readonly unusable: Set<string>;
  /** Generations that there is no room for. */
  readonly full: Set<string>;
  /** Generations whose engine does not start. */
  readonly unstartable: Set<string>;
  /** How many were being started at once, at most. */
  readonly maxStarting: () => number;
  /** Generations whose store says that it is broken. */
  readonly broken: Set<string>;
  /** What an earlier process left on this machine. */
  local: Manifest | undefined;
}

/** An index that writes down what is opened and closed, and fails where it is set to. */
export const createRecordingIndex = ({ openMs = 0, isLocal = true } = {}): RecordingIndex => {
  const tried: string[] = [];
  const opened: string[] = [];
  const closed: string[] = [];
  const unusable = new Set<string>();
  const full = new Set<string>();
  const unstartable = new Set<string>();
  let starting = 0;
  let maxStarting = 0;
  const broken = new Set<string>();
  const storeOf = (id: string): VectorStore => ({
    nearest: () => Promise.resolve([]),
    recover: () => Promise.resolve(),
    get broken() {
      return broken.has(id) ? "its collection is gone" : undefined;
    },
    close: () => {
      closed.push(id);
      return Promise.resolve();
    },
  });
  const index: RecordingIndex = {
    name: "recording",
    isLocal,
    tried,
    opened,
    closed,
    unusable,
    full,
    unstartable,
    maxStarting: () => maxStarting,
    broken,
    local: undefined,
    build: () => Promise.resolve({ archives: [], dispose: () => Promise.resolve() }),
    holds: () => Promise.resolve(true),
    remove: () => Promise.resolve(),
    openLocal: (fit) =>
      Promise.resolve(
        index.local && fit(index.local)
          ? { manifest: index.local, store: storeOf(index.local.id), records: gzipSync("") }
          : undefined,
      ),
    open: async ({ manifest: { id } }, _signal, beforeStart) => {
      tried.push(id);
      if (unusable.has(id)) throw new Error(`${id} cannot be opened`);
      if (full.has(id)) throw new AppError("disk_full", `there is no room for ${id}`);
      await beforeStart?.();
      maxStarting = Math.max(maxStarting, (starting += 1));
      await new Promise((resolve) => setTimeout(resolve, openMs));
      starting -= 1;
      if (unstartable.has(id)) throw new Error(`the engine of ${id} does not start`);
      opened.push(id);
      broken.delete(id);
      return storeOf(id);
    },
  };
  return index;
};
