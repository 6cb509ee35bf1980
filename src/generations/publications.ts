import type { Current } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { parseCurrent, renderCurrent } from "./manifest.ts";

const folder = "publications";

/** Records that are kept. Publishers that are paused may still have to find theirs. */
const maxRecords = 50;

/**
 * The log of all publications. Each record never changes, and its number can be taken once: of all publishers
 * that saw the same `CURRENT`, the one that writes the next record wins. A publisher paused just before its
 * rename may restore an older `CURRENT` when it resumes; the log still says which one is newer.
 */
export interface Publications {
  /** `false` if another publisher has taken this number. */
  record(current: Current): Promise<boolean>;
  read(sequence: number): Promise<Current | undefined>;
  /** The newest record with a higher number. */
  newerThan(sequence: number): Promise<Current | undefined>;
  highestNumber(): Promise<number>;
  /** All generations that the kept records made current. */
  generations(): Promise<ReadonlySet<string>>;
  prune(): Promise<void>;
}

export const createPublications = (snapshots: SnapshotStore): Publications => {
  const numbers = async (): Promise<readonly number[]> =>
    (await snapshots.list(folder))
      .map(({ name }) => Number(name))
      .filter(Number.isSafeInteger)
      .toSorted((a, b) => b - a);

  const pathOf = (number: number): string => `${folder}/${number}/record.json`;

  const read = async (number: number): Promise<Current | undefined> => {
    const content = await snapshots.read(pathOf(number));
    try {
      return content && parseCurrent(content);
    } catch {
      // only damage makes a record unreadable; it counts as missing
      return undefined;
    }
  };

  return {
    read,
    record: async (current) => {
      const write = (): Promise<boolean> =>
        snapshots.writeOnce(pathOf(current.sequence), renderCurrent(current));
      // retry once: a process that was paused finds its deadline already passed when it resumes
      if (await write().catch(write)) return true;
      // the record may be this publisher's own, from a try whose answer was lost
      return (await read(current.sequence))?.generation === current.generation;
    },
    newerThan: async (sequence) => {
      for (const number of await numbers()) {
        if (number <= sequence) return undefined;
        const found = await read(number);
        if (found) return found;
      }
      return undefined;
    },
    highestNumber: async () => (await numbers())[0] ?? 0,
    generations: async () => {
      const found = new Set<string>();
      for (const number of await numbers()) {
        const record = await read(number);
        if (record) found.add(record.generation);
      }
      return found;
    },
    prune: async () => {
      for (const number of (await numbers()).slice(maxRecords)) await snapshots.remove(`${folder}/${number}`);
    },
  };
};
