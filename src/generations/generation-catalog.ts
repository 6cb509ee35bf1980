import { randomBytes, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Current, Draft, GenerationCatalog, GenerationFile } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { AppError } from "../shared/app-error.ts";
import { hashFile } from "../shared/hash-file.ts";
import { openContent } from "./generation-content.ts";
import { encodePassages, sha256 } from "./generation-files.ts";
import { manifestPath, parseCurrent, parseManifest, renderCurrent, renderManifest } from "./manifest.ts";
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
    // read before the check: if another publisher wins in between, this number is already taken
    const newest = seen?.sequence ?? (await newestSequence(generation));
    const now = await assertUnchanged(seen);
    const sequence = newest + 1;
    const next: Current = { sequence, generation, parent: now?.generation ?? null };
    // of all publishers that saw the same CURRENT, only one can record this number: no lock is needed
    if (!(await publications.record(next))) throw lostTo(await current().catch(ifDamaged));
    await writeCurrent(next);
    // a publisher paused before its rename may have restored an older CURRENT; repair it
    const newer = await publications.newerThan(sequence);
    if (!newer) return next;
    await writeCurrent(newer);
    // paused for so long that the records of that time were pruned: this publication was never served
    if ((await publications.read(sequence + 1))?.parent !== generation) throw lostTo(newer);
    return next;
  };

  const writeCurrent = async (next: Current): Promise<void> => {
    const write = (): Promise<void> => snapshots.write("CURRENT", renderCurrent(next));
    // retry once: a process that was paused finds its deadline already passed when it resumes
    await write().catch(write);
  };

  /** Fails if CURRENT is no longer the one seen: a publisher that can only lose fails before it writes. */
  const assertUnchanged = async (seen: Current | undefined): Promise<Current | undefined> => {
    // a damaged CURRENT names no generation that could be lost
    const now = await current().catch(ifDamaged);
    if (now?.sequence !== seen?.sequence || now?.generation !== seen?.generation) throw lostTo(now);
    return now;
  };

  /** The highest sequence in the publication log and in the names of generations. */
  const newestSequence = async (except?: string): Promise<number> => {
    const names = (await snapshots.list("generations")).map(({ name }) => name);
    const numbers = names.filter((name) => name !== except).map(sequenceOf);
    return Math.max(0, await publications.highestNumber(), ...numbers);
  };

  const writeGeneration = async (draft: Draft): Promise<void> => {
    const files = await writeFiles(snapshots, draft);
    const { passages: _, archives: __, ...rest } = draft;
    // written last: a generation without a manifest is unfinished
    await snapshots.write(manifestPath(draft.id), renderManifest({ ...rest, format: 2, files }));
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
          // the publisher that won may have removed these files: then the error is that this one lost
          await assertUnchanged(seen);
          throw error;
        });
        return await switchTo(draft.id, seen);
      } catch (error) {
        // after any other failure CURRENT may name this generation, so its files stay
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
      // a generation whose publisher died before the switch was never served
      const published = await publications.generations();
      return newer.filter((name) => published.has(name)).toReversed();
    },
    markReading: async (generation) => {
      const mark = `readers/${generation}.${randomUUID()}`;
      try {
        // a failed mount leaves an empty folder in the share's place; a mark in it would be lost
        if (!(await snapshots.read(manifestPath(generation)))) return unmarked;
        await snapshots.write(mark, "");
      } catch {
        // on a read-only share the generation is read without a mark
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
  new AppError(
    "publish_lost",
    `Publish lost: ${now ? `generation ${now.generation} became current` : "CURRENT was removed"} after this command started; run it again.`,
  );

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
