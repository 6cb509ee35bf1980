import { randomBytes, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Current, Draft, GenerationCatalog, GenerationFile } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { AppError } from "../shared/app-error.ts";
import { hashFile } from "../shared/hash-file.ts";
import { openContent } from "./generation-content.ts";
import { encodePassages, sha256 } from "./generation-files.ts";
import { manifestPath, parseCurrent, parseManifest, renderCurrent, renderManifest } from "./manifest.ts";
import { onceMore } from "./once-more.ts";
import { pruneGenerations } from "./prune-generations.ts";
import { createPublications } from "./publications.ts";

/** Keeps generations as folders that never change, and `CURRENT`, the only file that is ever replaced. */
export const createGenerationCatalog = (snapshots: SnapshotStore): GenerationCatalog => {
  const publications = createPublications(snapshots);

  const current = async (): Promise<Current | undefined> => {
    const content = await snapshots.read("CURRENT");
    if (!content) return undefined;
    const stated = parseCurrent(content);
    return (await publications.newerThan(stated.sequence)) ?? stated;
  };
  const content: GenerationCatalog["content"] = async (generation) =>
    openContent(snapshots, parseManifest(generation, await snapshots.read(manifestPath(generation))));

  const check: GenerationCatalog["check"] = async (generation) => {
    const whole = await content(generation);
    for (const file of whole.manifest.files) await drain(whole.open(file));
  };

  const switchTo: GenerationCatalog["switchTo"] = async (generation, seen) => {
    // looked up first: a publisher between the two takes the number that this one wants
    const newest = seen?.sequence ?? (await newestSequence(generation));
    const now = await refuseChange(seen);
    const sequence = newest + 1;
    const next: Current = { sequence, generation, parent: now?.generation ?? null };
    // of all who saw the same, one gets this number: no lock has to be believed
    if (!(await publications.record(next))) throw lostTo(await current().catch(ifDamaged));
    await writeCurrent(next);
    // a publisher that slept until here may just have put something old in the place of something new
    const newer = await publications.newerThan(sequence);
    if (!newer) return next;
    await writeCurrent(newer);
    // who slept so long that the records of that time are gone has won nothing
    if ((await publications.read(sequence + 1))?.parent !== generation) throw lostTo(newer);
    return next;
  };

  const writeCurrent = (next: Current): Promise<void> =>
    onceMore(() => snapshots.write("CURRENT", renderCurrent(next)));

  /** Before anything is written: a publisher that can only lose fails at once. */
  const refuseChange = async (seen: Current | undefined): Promise<Current | undefined> => {
    // a damaged CURRENT has nothing that could be lost
    const now = await current().catch(ifDamaged);
    if (now?.sequence !== seen?.sequence || now?.generation !== seen?.generation) throw lostTo(now);
    return now;
  };

  /** All that is known where CURRENT is not. */
  const newestSequence = async (except?: string): Promise<number> => {
    const names = (await snapshots.list("generations")).map(({ name }) => name);
    const numbers = names.filter((name) => name !== except).map(sequenceOf);
    return Math.max(0, await publications.highestNumber(), ...numbers);
  };

  const writeGeneration = async (draft: Draft): Promise<void> => {
    const files = await writeFiles(snapshots, draft);
    const { passages: _, archives: __, ...rest } = draft;
    // last: a generation without it was never finished
    await snapshots.write(manifestPath(draft.id), renderManifest({ ...rest, format: 1, files }));
    await check(draft.id);
  };

  return {
    current,
    lastPublished: () => publications.newerThan(0),
    content,
    check,
    switchTo,
    newId: async (seen) => {
      const sequence = Math.max(seen?.sequence ?? 0, await newestSequence()) + 1;
      return `${String(sequence).padStart(6, "0")}-${randomBytes(4).toString("hex")}`;
    },
    publish: async (draft, seen) => {
      try {
        await writeGeneration(draft).catch(async (error: unknown) => {
          // who won meanwhile has removed what can only lose: that is the reason to tell
          await refuseChange(seen);
          throw error;
        });
        return await switchTo(draft.id, seen);
      } catch (error) {
        // only what lost for certain: after any other failure CURRENT may name it all the same
        const lost = error instanceof AppError && error.code === "publish_lost";
        if (lost) await snapshots.remove(`generations/${draft.id}`).catch(() => undefined);
        throw error;
      }
    },
    list: async () => {
      const published: string[] = [];
      for (const { name } of await snapshots.list("generations")) {
        if (await snapshots.read(manifestPath(name))) published.push(name);
      }
      return published.sort();
    },
    publishedAfter: async (generation) => {
      const names = (await snapshots.list("generations")).map(({ name }) => name);
      const newer = names.filter((name) => name > generation).sort();
      if (newer.length === 0) return [];
      // one whose publisher died before it could win was never served
      const published = await publications.generations();
      return newer.filter((name) => published.has(name)).toReversed();
    },
    markReading: async (generation) => {
      const mark = `readers/${generation}.${randomUUID()}`;
      try {
        // where a mount failed, an empty folder stands in the share's place: nothing is put there
        if (!(await snapshots.read(manifestPath(generation)))) return unmarked;
        await snapshots.write(mark, "");
      } catch {
        // a share that is read-only to this instance: it reads without being seen
        return unmarked;
      }
      return () => snapshots.remove(mark).catch(() => undefined);
    },
    prune: async (keep) => {
      await publications.prune();
      return pruneGenerations(snapshots, { keep, current });
    },
  };
};

const unmarked = (): Promise<void> => Promise.resolve();

const drain = async (pieces: AsyncIterable<Uint8Array>): Promise<void> => {
  const iterator = pieces[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
};

const lostTo = (now: Current | undefined): AppError =>
  new AppError("publish_lost", `Somebody else made ${now?.generation ?? "nothing"} current meanwhile.`);

const sequenceOf = (generation: string): number => Number.parseInt(generation, 10) || 0;

const ifDamaged = (error: unknown): undefined => {
  if (error instanceof AppError && error.code === "generation_unusable") return undefined;
  throw error;
};

const writeFiles = async (
  snapshots: SnapshotStore,
  { id, passages, archives }: Draft,
): Promise<readonly GenerationFile[]> => {
  const files: GenerationFile[] = [];
  for (const [name, bytes] of encodePassages(passages)) {
    await snapshots.write(`generations/${id}/${name}`, bytes);
    files.push({ name, bytes: bytes.byteLength, sha256: sha256(bytes) });
  }
  for (const { name, path, unpackedBytes } of archives) {
    await snapshots.copyIn(`generations/${id}/${name}`, path);
    files.push({ name, bytes: (await stat(path)).size, sha256: await hashFile(path), unpackedBytes });
  }
  return files;
};
