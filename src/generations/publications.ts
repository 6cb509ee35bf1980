import type { Current } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { parseCurrent, renderCurrent } from "./manifest.ts";
import { onceMore } from "./once-more.ts";

const folder = "publications";

/** How many are kept: those whose writers may still be asleep. */
const kept = 50;

/**
 * The log of all publications, a record each that never changes. Whoever writes the record with the
 * next number has won: others who saw the same before them find it taken. A publisher that was stopped
 * just before its rename may put an old `CURRENT` in place when it wakes: the log tells that a newer
 * one was there.
 */
export interface Publications {
  /** `false` when somebody else has this number. */
  record(current: Current): Promise<boolean>;
  read(sequence: number): Promise<Current | undefined>;
  /** The newest record with a higher number. */
  newerThan(sequence: number): Promise<Current | undefined>;
  highestNumber(): Promise<number>;
  /** All that were made current, as far as the log goes back. */
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
      // as good as none: nothing but damage makes one so
      return undefined;
    }
  };

  return {
    read,
    record: async (current) => {
      const write = (): Promise<boolean> =>
        snapshots.writeOnce(pathOf(current.sequence), renderCurrent(current));
      if (await onceMore(write)) return true;
      // an earlier try of its own may have written it, and its answer was lost
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
      for (const number of (await numbers()).slice(kept)) await snapshots.remove(`${folder}/${number}`);
    },
  };
};
