import type { Current } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { manifestPath } from "./manifest.ts";

/** A mark of a reader, or a draft, that is older than this is of one that died. */
const longestWorkMs = 3_600_000;

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
  // CURRENT was written by the publication before: its time is the store's own now
  const time = (await snapshots.list("")).find(({ name }) => name === "CURRENT")?.modified ?? 0;
  await removeDrafts(snapshots, time - longestWorkMs);
  const read = await beingRead(snapshots, time - longestWorkMs);
  const old = finished
    .slice(0, -keep)
    .filter((name) => name !== now.generation && name !== now.parent && !read.has(name));
  for (const name of [...old, ...lost]) {
    // the manifest first: without it the rest is no generation
    await snapshots.remove(manifestPath(name));
    await snapshots.remove(`generations/${name}`);
  }
  return [...old, ...lost];
};

/** What publishers who died have left beside the files that they were about to replace. */
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
