import type { Current } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { parseCurrent, renderCurrent } from "./manifest.ts";

const folder = "publications";

/** How many are kept: those whose writers may still be asleep. */
const kept = 50;

/**
 * Gives every publication a number that no other one has, and a record of it that never changes.
 * A publisher that was stopped just before its rename may put an old `CURRENT` in place when it wakes:
 * the records tell that a newer one was there.
 */
export interface Publications {
  /** Takes the first free number from `least` on. */
  claim(least: number): Promise<number>;
  record(current: Current): Promise<void>;
  /** The newest record with a higher number. */
  newerThan(sequence: number): Promise<Current | undefined>;
  highestNumber(): Promise<number>;
  prune(): Promise<void>;
}

export const createPublications = (snapshots: SnapshotStore): Publications => {
  const numbers = async (): Promise<readonly number[]> =>
    (await snapshots.list(folder))
      .map(({ name }) => Number.parseInt(name, 10))
      .filter(Number.isSafeInteger)
      .toSorted((a, b) => b - a);

  const read = async (number: number): Promise<Current | undefined> => {
    const content = await snapshots.read(`${folder}/${number}/record.json`);
    try {
      return content && parseCurrent(content);
    } catch {
      // as good as none: its writer was not done
      return undefined;
    }
  };

  return {
    claim: async (least) => {
      let number = least;
      while (!(await snapshots.claim(`${folder}/${number}`))) number += 1;
      return number;
    },
    record: (current) => snapshots.write(`${folder}/${current.sequence}/record.json`, renderCurrent(current)),
    newerThan: async (sequence) => {
      for (const number of await numbers()) {
        if (number <= sequence) return undefined;
        const found = await read(number);
        if (found) return found;
      }
      return undefined;
    },
    highestNumber: async () => (await numbers())[0] ?? 0,
    prune: async () => {
      for (const number of (await numbers()).slice(kept)) await snapshots.remove(`${folder}/${number}`);
    },
  };
};
