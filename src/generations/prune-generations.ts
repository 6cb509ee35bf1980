import type { Current } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { manifestPath } from "./manifest.ts";

/** An older reader's mark or draft belongs to a process that died. */
const maxWorkMs = 3_600_000;

interface Pruning {
  readonly keep: number;
  readonly current: () => Promise<Current | undefined>;
}

/**
 * Removes generations beyond the newest, and unfinished ones whose publisher can no longer win. What
 * is served, was served before it, or is being read, stays.
 */
export const pruneGenerations = async (
  snapshots: SnapshotStore,
  { keep, current }: Pruning,
): Promise<readonly string[]> => {
  const now = await current();
  if (!now) return [];
  const names = (await snapshots.list("generations")).map(({ name }) => name).sort();
  const finished: string[] = [];
  const lost: string[] = [];
  for (const name of names) {
    if (await snapshots.read(manifestPath(name))) finished.push(name);
    else if (Number.parseInt(name, 10) <= now.sequence) lost.push(name);
  }
  // the last publication wrote CURRENT, so its time of change is "now" by the store's clock, the only clock used here
  const time = (await snapshots.list("")).find(({ name }) => name === "CURRENT")?.modified ?? 0;
  await removeDrafts(snapshots, time - maxWorkMs);
  const read = await beingRead(snapshots, time - maxWorkMs);
  const old = finished
    .slice(0, -keep)
    .filter((name) => name !== now.generation && name !== now.parent && !read.has(name));
  for (const name of [...old, ...lost]) {
    // manifest first: if the rest cannot be removed, no reader takes it for a generation
    await snapshots.remove(manifestPath(name));
    await snapshots.remove(`generations/${name}`);
  }
  return [...old, ...lost];
};

/** Removes the drafts of publishers that died before their rename. */
const removeDrafts = async (snapshots: SnapshotStore, before: number): Promise<void> => {
  for (const folder of ["", "publications/"]) {
    for (const { name, modified } of await snapshots.list(folder))
      if (name.endsWith(".tmp") && modified < before) await snapshots.remove(`${folder}${name}`);
  }
};

const beingRead = async (snapshots: SnapshotStore, since: number): Promise<ReadonlySet<string>> => {
  const read = new Set<string>();
  for (const { name, modified } of await snapshots.list("readers")) {
    if (modified < since) await snapshots.remove(`readers/${name}`);
    else read.add(name.split(".")[0] ?? name);
  }
  return read;
};
