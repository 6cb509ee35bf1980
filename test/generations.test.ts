import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { createFolderSnapshotStore } from "../src/adapters/folder-snapshot-store.ts";
import { createGenerationCatalog } from "../src/generations/generation-catalog.ts";
import { createLiveGeneration } from "../src/generations/live-generation.ts";
import type { Embedder } from "../src/ports/embedder.ts";
import type { Current, Draft, GenerationCatalog, LiveGeneration } from "../src/ports/generation.ts";
import type { EmbeddedPassage } from "../src/ports/passage.ts";
import { AppError } from "../src/shared/app-error.ts";
import { eventually } from "./support/processes.ts";
import { createRecordingIndex } from "./support/recording-index.ts";
import type { RecordingIndex } from "./support/recording-index.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { silentTelemetry } from "../src/telemetry/silent.ts";

const root = temporaryFolder();
let folders = 0;

const newCatalog = (): { readonly catalog: GenerationCatalog; readonly share: string } => {
  folders += 1;
  const share = join(root, String(folders));
  mkdirSync(share);
  return { catalog: createGenerationCatalog(createFolderSnapshotStore(share)), share };
};
/** A publisher that sleeps in the moment before a write, until it is woken. */
const sleepBefore = (
  share: string,
  operation: "write" | "writeOnce",
  beginning: string,
): { readonly catalog: GenerationCatalog; readonly reached: Promise<void>; readonly wake: () => void } => {
  const store = createFolderSnapshotStore(share);
  const reached = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const slowly = async (path: string): Promise<void> => {
    if (!path.startsWith(beginning)) return;
    reached.resolve();
    await woken.promise;
  };
  const catalog = createGenerationCatalog({
    ...store,
    [operation]: async (path: string, content: string) => {
      await slowly(path);
      return store[operation](path, content);
    },
  });
  return { catalog, reached: reached.promise, wake: () => woken.resolve() };
};
const passage = (id: string): EmbeddedPassage => ({
  id,
  text: `The text of ${id} 😀`,
  source: "personal/a.md",
  line: 1,
  units: [{ kind: "sentence", start: 0, end: 8 }],
  vectors: [{ embedHash: `hash ${id}`, vector: [0.5, -0.25] }],
});
const draft = (id: string, embedder = "minilm"): Draft => ({
  id,
  created: "2026-11-23T00:00:00.000Z",
  embedder: { name: embedder, dimensions: 2 },
  corpusDigest: `digest of ${id}`,
  subject: "Ada",
  namespaces: [{ name: "personal", topK: 5, threshold: 0.4, role: "facts", passages: 1 }],
  passages: new Map([["personal", [passage(id)]]]),
  archives: [],
});
/** Publishes generations one after another; gives what is current then. */
const publishAll = async (
  catalog: GenerationCatalog,
  ...ids: readonly string[]
): Promise<Current | undefined> => {
  let seen = await catalog.current();
  for (const id of ids) seen = await catalog.publish(draft(id), seen);
  return seen;
};
const one = "000001-aaaa";
const two = "000002-bbbb";
const three = "000003-cccc";
const signal = (): AbortSignal => AbortSignal.timeout(5_000);

describe("the catalog", () => {
  test("knows what was published last, what was before it, and gives its passages back", async () => {
    const { catalog } = newCatalog();
    expect(await catalog.current()).toBeUndefined();
    await publishAll(catalog, one, two);
    expect(await catalog.current()).toEqual({ sequence: 2, generation: two, parent: one });
    expect(await catalog.list()).toEqual([one, two]);
    const content = await catalog.content(one);
    const { manifest } = content;
    expect(manifest).toMatchObject({ format: 2, id: one, embedder: { name: "minilm", dimensions: 2 } });
    expect(manifest.files.map(({ name }) => name)).toEqual(["records.jsonl.gz", "vectors.f32"]);
    expect(await content.passages()).toEqual(new Map([["personal", [passage(one)]]]));
    const { vectors: _, ...withoutVectors } = passage(one);
    expect((await content.passagesById()).get("personal")?.get(passage(one).id)).toEqual(withoutVectors);
  });

  test("gives every publication a later name, whatever happened to CURRENT", async () => {
    const { catalog, share } = newCatalog();
    const seen = await publishAll(catalog, one, two);
    expect(await catalog.newId(seen)).toMatch(/^000003-[0-9a-f]{8}$/);
    await catalog.switchTo(one, seen);
    expect(await catalog.newId(await catalog.current())).toMatch(/^000004-/);
    rmSync(join(share, "CURRENT"));
    expect(await catalog.newId(undefined)).toMatch(/^000004-/);
    expect(await catalog.switchTo(two, undefined)).toMatchObject({ sequence: 4 });
  });

  test("lets a publisher who is late give up, with nothing changed and nothing left", async () => {
    const { catalog } = newCatalog();
    const seen = await publishAll(catalog, one);
    await publishAll(catalog, two);
    await expect(catalog.publish(draft(three), seen)).rejects.toMatchObject({ code: "publish_lost" });
    await expect(catalog.switchTo(one, seen)).rejects.toMatchObject({ code: "publish_lost" });
    expect(await catalog.current()).toMatchObject({ generation: two });
    expect(await catalog.list()).toEqual([one, two]);
  });

  test("never lets an old CURRENT win that a publisher puts in place after a long sleep", async () => {
    const { catalog, share } = newCatalog();
    const seen = await publishAll(catalog, one);
    const stale = readFileSync(join(share, "CURRENT"));
    await catalog.publish(draft(two), seen);
    writeFileSync(join(share, "CURRENT"), stale);
    expect(await catalog.current()).toEqual({ sequence: 2, generation: two, parent: one });
    await publishAll(catalog, three);
    expect(JSON.parse(readFileSync(join(share, "CURRENT"), "utf8"))).toMatchObject({
      sequence: 3,
      generation: three,
      parent: two,
    });
  });

  test.each([
    ["another one published", 1],
    ["so many published that the log has forgotten its time", 60],
  ])("lets one who slept just before its record give up when %s", async (_, publications) => {
    const { catalog, share } = newCatalog();
    const seen = await publishAll(catalog, one);
    const asleep = sleepBefore(share, "writeOnce", "publications/");
    const late = asleep.catalog.publish(draft("000002-late"), seen).catch((error: unknown) => error);
    await asleep.reached;
    let now = await catalog.publish(draft(two), seen);
    for (let round = 1; round < publications; round += 1) {
      now = await catalog.switchTo(two, now);
      await catalog.prune(5);
    }
    asleep.wake();
    expect(await late).toMatchObject({ code: "publish_lost" });
    expect(await catalog.current()).toEqual(now);
    expect(await catalog.list()).toEqual([one, two]);
    expect(await catalog.publish(draft(three), now)).toMatchObject({ parent: two });
  });

  test("does not take its victory from one whom another followed before its CURRENT was written", async () => {
    const { catalog, share } = newCatalog();
    const seen = await publishAll(catalog, one);
    const asleep = sleepBefore(share, "write", "CURRENT");
    const first = asleep.catalog.publish(draft(two), seen);
    await asleep.reached;
    expect(await catalog.current()).toMatchObject({ sequence: 2, generation: two });
    const next = await catalog.publish(draft(three), await catalog.current());
    asleep.wake();
    expect(await first).toEqual({ sequence: 2, generation: two, parent: one });
    expect(await catalog.current()).toEqual(next);
    expect(await catalog.list()).toEqual([one, two, three]);
  });

  test("knows its own record when a deadline passed before the answer came", async () => {
    const { catalog, share } = newCatalog();
    const store = createFolderSnapshotStore(share);
    let answers = 0;
    const impatient = createGenerationCatalog({
      ...store,
      writeOnce: async (path, content) => {
        const written = await store.writeOnce(path, content);
        answers += 1;
        if (answers === 1) throw new AppError("snapshot_unavailable", "no answer within 15 s");
        return written;
      },
    });
    expect(await impatient.publish(draft(one), undefined)).toMatchObject({ generation: one });
    expect(await catalog.current()).toMatchObject({ generation: one });
  });

  test.each([
    ["garbage", "not JSON"],
    ["nothing", ""],
    ["half of it", '{"sequence":1,"gener'],
    ["a path", '{"sequence":1,"generation":"../x","parent":null,"sha256":"0"}'],
    ["a wrong checksum", `{"sequence":1,"generation":"${one}","parent":null,"sha256":"0"}`],
  ])("refuses a CURRENT that holds %s, and mends it with the next publication", async (_, content) => {
    const { catalog, share } = newCatalog();
    writeFileSync(join(share, "CURRENT"), content);
    await expect(catalog.current()).rejects.toMatchObject({ code: "generation_unusable" });
    await catalog.publish(draft(one), undefined);
    expect(await catalog.current()).toMatchObject({ generation: one });
  });

  test.each([
    ["a flipped byte", (folder: string) => flip(join(folder, "vectors.f32")), /vectors\.f32 is damaged/],
    [
      "a number changed in its manifest",
      (folder: string) => alter(join(folder, "manifest.json"), '"threshold": 0.4', '"threshold": 0.9'),
      /damaged manifest\.json/,
    ],
    [
      "a file missing",
      (folder: string) => rmSync(join(folder, "records.jsonl.gz")),
      /records\.jsonl\.gz is missing/,
    ],
    ["no manifest", (folder: string) => rmSync(join(folder, "manifest.json")), /has no manifest\.json/],
    [
      "half a manifest",
      (folder: string) => cut(join(folder, "manifest.json")),
      /manifest\.json that is no JSON/,
    ],
    [
      "a newer format",
      (folder: string) => raise(join(folder, "manifest.json")),
      /is of format 3, and this app reads up to 2/,
    ],
  ])("tells in words what is wrong with a generation with %s", async (_, damage, expected) => {
    const { catalog, share } = newCatalog();
    await publishAll(catalog, one);
    damage(join(share, "generations", one));
    await expect(catalog.check(one)).rejects.toMatchObject({
      code: "generation_unusable",
      message: expect.stringMatching(expected),
    });
  });

  test("keeps the newest, what is served, what was before it, and what is being read", async () => {
    const { catalog, share } = newCatalog();
    await publishAll(catalog, one, two, three, "000004-dddd", "000005-eeee");
    const done = await catalog.markReading(two);
    mkdirSync(join(share, "generations", "000003-unfinished"));
    mkdirSync(join(share, "generations", "000009-begun"));
    expect(await catalog.prune(2)).toEqual([one, three, "000003-unfinished"]);
    expect(readdirSync(join(share, "generations"))).toEqual([
      two,
      "000004-dddd",
      "000005-eeee",
      "000009-begun",
    ]);
    await done();
    expect(await catalog.prune(2)).toEqual([two]);
    await catalog.switchTo("000004-dddd", await catalog.current());
    expect(await catalog.prune(1)).toEqual([]);
  });

  test("removes the drafts of publishers who died, not those of one at work", async () => {
    const { catalog, share } = newCatalog();
    await publishAll(catalog, one);
    const [yesterday, now] = [Date.now() / 1_000 - 86_400, Date.now() / 1_000];
    for (const [name, time] of [
      ["old", yesterday],
      ["new", now],
    ] as const) {
      const file = join(share, `CURRENT.${name}.tmp`);
      const folder = join(share, "publications", `${name}.tmp`);
      writeFileSync(file, "a draft");
      mkdirSync(folder);
      for (const draftPath of [file, folder]) utimesSync(draftPath, time, time);
    }
    await catalog.prune(5);
    expect(readdirSync(share)).toContain("CURRENT.new.tmp");
    expect(readdirSync(share)).not.toContain("CURRENT.old.tmp");
    expect(readdirSync(join(share, "publications"))).toEqual(["1", "new.tmp"]);
    expect(await catalog.newId(await catalog.current())).toMatch(/^000002-/);
  });

  test("never makes a share that is gone again", async () => {
    const { catalog, share } = newCatalog();
    const seen = await publishAll(catalog, one);
    renameSync(share, `${share}-away`);
    await (
      await catalog.markReading(one)
    )();
    await expect(catalog.publish(draft(two), seen)).rejects.toThrow();
    expect(existsSync(share)).toBe(false);
  });
});

interface Serving {
  readonly catalog: GenerationCatalog;
  readonly share: string;
  readonly index: RecordingIndex;
  readonly live: LiveGeneration;
  readonly idNow: () => Promise<string>;
}

const embedder: Embedder = {
  name: "minilm",
  dimensions: 2,
  maxTokens: 1,
  scoresFor: () => ({ maybe: 0.5, sure: 0.8 }),
  englishOnly: false,
  countTokens: () => 1,
  embed: () => Promise.resolve([]),
};

const serve = async (
  ids: readonly string[],
  options: {
    refreshMs?: number;
    openMs?: number;
    swap?: "beside" | "frugal";
    bundled?: boolean;
    isLocal?: boolean;
    load?: (index: RecordingIndex) => void;
  } = {},
): Promise<Serving> => {
  const { catalog, share } = newCatalog();
  await publishAll(catalog, ...ids);
  const index = createRecordingIndex(options);
  const bundled = newCatalog().catalog;
  const load = (): Promise<void> => Promise.resolve(options.load?.(index));
  const live = createLiveGeneration({
    catalog,
    index,
    openEmbedder: ({ name }) =>
      name === "minilm" ? () => Promise.resolve({ ...embedder, load }) : undefined,
    openBundled: options.bundled
      ? async () => {
          await publishAll(bundled, "000001-bundled");
          const content = await bundled.content("000001-bundled");
          const passages = await content.passagesById();
          return { manifest: content.manifest, passages, store: await index.open(content, signal()) };
        }
      : undefined,
    refreshMs: options.refreshMs ?? 0,
    swap: options.swap ?? "beside",
    telemetry: silentTelemetry,
  });
  const idNow = async (): Promise<string> => {
    const lease = await live.acquire(signal());
    lease.release();
    return lease.manifest.id;
  };
  return { catalog, share, index, live, idNow };
};

describe("an instance", () => {
  test.each([
    ["once the copy lies here, beside the engine's start", true, [one]],
    ["at once for an index that is elsewhere", false, []],
  ])("loads what embeds the questions %s", async (_, isLocal, tried) => {
    const seen: (readonly string[])[] = [];
    const load = (index: RecordingIndex): void => void seen.push([...index.tried], [...index.opened]);
    const { live } = await serve([one], { refreshMs: 60_000, openMs: 30, isLocal, load });
    await live.acquire(signal());
    expect(seen.slice(0, 2)).toEqual([tried, []]);
  });

  test("opens once for all first requests", async () => {
    const { index, live } = await serve([one], { refreshMs: 60_000, openMs: 30 });
    const leases = await Promise.all(Array.from({ length: 20 }, () => live.acquire(signal())));
    expect(index.opened).toEqual([one]);
    expect(new Set(leases.map(({ store }) => store)).size).toBe(1);
  });

  test("opens a newer generation beside the old one, and closes that when its last request is done", async () => {
    const { catalog, index, live, idNow } = await serve([one], { openMs: 30 });
    const slow = await live.acquire(signal());
    await publishAll(catalog, two);
    expect(await idNow()).toBe(one);
    expect(await eventually(async () => (await idNow()) === two)).toBe(true);
    expect(index.closed).toEqual([]);
    slow.release();
    slow.release();
    expect(index.closed).toEqual([one]);
    expect(index.opened).toEqual([one, two]);
  });

  test("with SWAP=frugal never has two open, and its requests wait", async () => {
    const { catalog, index, live, idNow } = await serve([one], { openMs: 30, swap: "frugal" });
    const slow = await live.acquire(signal());
    await publishAll(catalog, two);
    await idNow();
    await eventually(() => index.opened.length > 1, 100);
    expect(index.opened).toEqual([one]);
    slow.release();
    expect(await eventually(async () => (await idNow()) === two)).toBe(true);
    expect([index.closed, index.opened]).toEqual([[one], [one, two]]);
  });

  test("with SWAP=frugal closes nothing for a generation that cannot be used, and says that it is older", async () => {
    const { catalog, index, live, idNow } = await serve([one], { swap: "frugal" });
    expect(await idNow()).toBe(one);
    index.unusable.add(two);
    await publishAll(catalog, two);
    const degraded = async (): Promise<string | undefined> => (await live.acquire(signal())).degraded;
    expect(await eventually(async () => (await degraded()) === `${two} cannot be opened`)).toBe(true);
    expect([index.opened, index.closed]).toEqual([[one], []]);
  });

  test("with SWAP=frugal goes back to the old one when the new one's engine does not start", async () => {
    const { catalog, index, live, idNow } = await serve([one], { swap: "frugal" });
    expect(await idNow()).toBe(one);
    index.unstartable.add(two);
    await publishAll(catalog, two);
    expect(await eventually(async () => (await idNow()) === one && index.opened.length > 1)).toBe(true);
    expect((await live.acquire(signal())).degraded).toBe(`the engine of ${two} does not start`);
    expect([index.closed, index.opened]).toEqual([[one], [one, one]]);
  });

  test("with SWAP=frugal starts one at a time also while the new one does not start", async () => {
    // longer than the first pause after a failure
    const { catalog, index, idNow } = await serve([one], { openMs: 800, swap: "frugal" });
    expect(await idNow()).toBe(one);
    index.unstartable.add(two);
    await publishAll(catalog, two);
    const asked: Promise<string>[] = [];
    for (let request = 0; request < 35; request += 1) {
      asked.push(idNow());
      await delay(100);
    }
    expect(new Set(await Promise.all(asked))).toEqual(new Set([one]));
    expect(index.opened.length).toBeGreaterThan(1);
    expect(index.maxStarting()).toBe(1);
  });

  test("notices soon that there is room again, however seldom it looks for something newer", async () => {
    const { catalog, index, live, idNow } = await serve([one], { refreshMs: 60_000 });
    expect(await idNow()).toBe(one);
    index.full.add(two);
    await publishAll(catalog, two);
    // what is broken makes it look at once
    index.broken.add(one);
    const isFull = async (): Promise<boolean> =>
      (await idNow()) === one && live.problem() === `there is no room for ${two}`;
    await eventually(async () => (await idNow()) === one && index.tried.includes(two));
    index.broken.delete(one);
    expect(await eventually(isFull)).toBe(true);
    // several tries later
    expect(await eventually(async () => (await isFull()) && index.tried.length > 4)).toBe(true);
    index.full.delete(two);
    expect(await eventually(async () => (await idNow()) === two, 5_000)).toBe(true);
  });

  test("goes back when CURRENT does", async () => {
    const { catalog, idNow } = await serve([one, two]);
    expect(await idNow()).toBe(two);
    await catalog.switchTo(one, await catalog.current());
    expect(await eventually(async () => (await idNow()) === one)).toBe(true);
  });

  test("takes the newest generation that it can when CURRENT's cannot be used, and says so", async () => {
    const { index, live, share } = await serve([one, two, three]);
    index.unusable.add(three);
    flip(join(share, "generations", two, "manifest.json"));
    const lease = await live.acquire(signal());
    expect([lease.manifest.id, lease.degraded]).toEqual([one, `${three} cannot be opened`]);
    expect(live.problem()).toBe(`${three} cannot be opened`);
  });

  test.each([
    ["damaged", "garbage", /CURRENT is damaged/],
    ["missing", undefined, /CURRENT is missing/],
  ])("takes the newest generation when CURRENT is %s", async (_, content, expected) => {
    const { live, share } = await serve([one, two]);
    const current = readFileSync(join(share, "CURRENT"));
    if (content === undefined) rmSync(join(share, "CURRENT"));
    else writeFileSync(join(share, "CURRENT"), content);
    const lease = await live.acquire(signal());
    expect([lease.manifest.id, lease.degraded]).toEqual([two, expect.stringMatching(expected)]);
    writeFileSync(join(share, "CURRENT"), current);
    const isSound = async (): Promise<boolean> => (await live.acquire(signal())).degraded === undefined;
    expect(await eventually(async () => (await isSound()) && live.problem() === undefined)).toBe(true);
  });

  test("takes what was served last when CURRENT is damaged after a rollback", async () => {
    const { catalog, live, share } = await serve([one, two, three]);
    await catalog.switchTo(two, await catalog.current());
    writeFileSync(join(share, "CURRENT"), "garbage");
    const lease = await live.acquire(signal());
    expect([lease.manifest.id, lease.degraded]).toEqual([two, expect.stringMatching(/CURRENT is damaged/)]);
  });

  test("keeps what it serves while CURRENT cannot be used, says so, and is sound again after", async () => {
    const { live, share, idNow } = await serve([one, two]);
    expect(await idNow()).toBe(two);
    const current = readFileSync(join(share, "CURRENT"));
    writeFileSync(join(share, "CURRENT"), "garbage");
    expect(await eventually(async () => (await idNow()) === two && live.problem() !== undefined)).toBe(true);
    writeFileSync(join(share, "CURRENT"), current);
    expect(await eventually(async () => (await idNow()) === two && live.problem() === undefined)).toBe(true);
  });

  test("notices soon that a share is back, however seldom it looks for something newer", async () => {
    const { index, live, share, idNow } = await serve([one], { refreshMs: 60_000 });
    expect(await idNow()).toBe(one);
    renameSync(share, `${share}-away`);
    const says = (problem: RegExp | undefined) => async () => {
      await idNow();
      return problem ? problem.test(live.problem() ?? "") : live.problem() === undefined;
    };
    // what is broken makes it look at once
    index.broken.add(one);
    expect(await eventually(says(/collection is gone/))).toBe(true);
    await delay(600);
    await idNow();
    index.broken.delete(one);
    expect(await eventually(says(/does not exist: mount the share/))).toBe(true);
    renameSync(`${share}-away`, share);
    expect(await eventually(says(undefined))).toBe(true);
  });

  test("refuses a generation of an embedder that it has not, in words, and keeps what it serves", async () => {
    const { catalog, live, idNow } = await serve([one]);
    expect(await idNow()).toBe(one);
    await catalog.publish(draft(two, "text-embedding-3-small"), await catalog.current());
    expect(await eventually(async () => (await idNow()) === one && live.problem() !== undefined)).toBe(true);
    const expected =
      /Generation 000002-bbbb was embedded with text-embedding-3-small, which this app does not have/;
    expect(live.problem()).toMatch(expected);
    // its answers are older than what was published, and say so until CURRENT names it again
    expect((await live.acquire(signal())).degraded).toMatch(expected);
    await catalog.switchTo(one, await catalog.current());
    const isSound = async (): Promise<boolean> => (await live.acquire(signal())).degraded === undefined;
    expect(await eventually(async () => (await isSound()) && live.problem() === undefined)).toBe(true);
  });

  test("opens a store that broke again", async () => {
    const { index, live, idNow } = await serve([one], { refreshMs: 60_000 });
    expect(await idNow()).toBe(one);
    index.broken.add(one);
    expect(live.problem()).toBe("its collection is gone");
    expect(await eventually(async () => (await idNow()) === one && index.opened.length === 2)).toBe(true);
    expect(index.closed).toEqual([one]);
    expect(live.problem()).toBeUndefined();
  });

  test("without a share takes what an earlier process left on this machine", async () => {
    const { index, live, share } = await serve([one]);
    const { manifest } = await createGenerationCatalog(createFolderSnapshotStore(share)).content(one);
    index.local = manifest;
    renameSync(share, `${share}-away`);
    const lease = await live.acquire(signal());
    expect([lease.manifest.id, typeof lease.degraded]).toEqual([one, "string"]);
    // the share comes back, and names just that one
    renameSync(`${share}-away`, share);
    const isSound = async (): Promise<boolean> => (await live.acquire(signal())).degraded === undefined;
    expect(await eventually(async () => (await isSound()) && live.problem() === undefined)).toBe(true);
  });

  test("without anything else takes the knowledge that came with the app", async () => {
    const { live } = await serve([], { bundled: true });
    const lease = await live.acquire(signal());
    expect(lease.manifest.id).toBe("000001-bundled");
    expect(lease.degraded).toMatch(/Nothing has been ingested yet/);
  });

  test("without anything at all says what to do", async () => {
    const { live } = await serve([]);
    await expect(live.acquire(signal())).rejects.toMatchObject({
      code: "no_knowledge",
      message: expect.stringContaining("npm run ingest"),
    });
  });

  test("waits for its first opening no longer than a request may", async () => {
    const { live, idNow } = await serve([one], { openMs: 500 });
    await expect(live.acquire(AbortSignal.timeout(20))).rejects.toThrow(/timeout/);
    expect(await idNow()).toBe(one);
  });
});

const flip = (file: string): void => {
  const bytes = readFileSync(file);
  bytes[1] = (bytes[1] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
};
const cut = (file: string): void => writeFileSync(file, readFileSync(file).subarray(0, 40));
const alter = (file: string, from: string, to: string): void =>
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
const raise = (file: string): void => alter(file, '"format": 2', '"format": 3');
