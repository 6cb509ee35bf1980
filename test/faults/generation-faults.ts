import { createHash } from "node:crypto";
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseManifest, renderManifest } from "../../src/generations/manifest.ts";
import { eventually } from "../support/processes.ts";
import type { Fault, Scene } from "./fault.ts";
import { healthOf } from "./judge-load.ts";
import { askOnce } from "./load.ts";

interface Damage {
  readonly what: string;
  readonly change: (folder: string) => void;
  /** The app can serve it all the same, or has to stay where it is and say so. */
  readonly usable: boolean;
}

/** The app looks at CURRENT every second, and takes a moment to try what it finds. */
const noticedMs = 2_500;

const records = "records.jsonl.gz";
const vectors = "vectors.f32";
const manifest = "manifest.json";
const archiveIn = (folder: string): string =>
  readdirSync(folder).find((name) => name.startsWith("engine-")) ?? "engine-";

const inArchive = (change: (file: string) => void) => (folder: string) =>
  change(join(folder, archiveIn(folder)));

/** Flips one bit of the byte in a file's middle. */
const flipMiddle = (file: string): void => {
  const content = readFileSync(file);
  const middle = Math.floor(content.length / 2);
  content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
  writeFileSync(file, content);
};

/** Flips one bit where a text stands: the result is still JSON, and says something else. */
const flipAt =
  (text: RegExp, offset: number, bit: number) =>
  (folder: string): void => {
    const file = join(folder, manifest);
    const content = readFileSync(file);
    const at = content.toString("latin1").search(text) + offset;
    content.writeUInt8(content.readUInt8(at) ^ bit, at);
    writeFileSync(file, content);
  };

const flips: readonly Damage[] = [
  { what: records, usable: true, change: (folder) => flipMiddle(join(folder, records)) },
  { what: vectors, usable: true, change: (folder) => flipMiddle(join(folder, vectors)) },
  { what: "the archive", usable: true, change: inArchive(flipMiddle) },
  {
    what: "the archive and the records",
    usable: false,
    change: (folder) => {
      flipMiddle(join(folder, archiveIn(folder)));
      flipMiddle(join(folder, records));
    },
  },
  { what: "the manifest's first byte", usable: false, change: flipAt(/\{/, 0, 1) },
  // 0.37 becomes 8.37: nothing is ever that similar
  { what: "a threshold in the manifest", usable: false, change: flipAt(/"threshold": 0\.37/, 13, 8) },
  // 60 passages become 70
  { what: "a count in the manifest", usable: false, change: flipAt(/"passages": 60/, 12, 1) },
];

const losses: readonly Damage[] = [
  { what: records, usable: true, change: (folder) => rmSync(join(folder, records)) },
  { what: vectors, usable: true, change: (folder) => rmSync(join(folder, vectors)) },
  { what: "the archive", usable: true, change: inArchive((file) => rmSync(file)) },
  {
    what: "the archive and the vectors",
    usable: false,
    change: (folder) => {
      rmSync(join(folder, archiveIn(folder)));
      rmSync(join(folder, vectors));
    },
  },
  { what: "the manifest", usable: false, change: (folder) => rmSync(join(folder, manifest)) },
];

/** A generation as a newer engine would publish it; this one must not even try to open it. */
const fromNewerEngine = (folder: string): void => {
  const name = archiveIn(folder);
  const newer = name.replace(/-\d+\.\d+\.\d+\./, "-9.9.9.");
  renameSync(join(folder, name), join(folder, newer));
  const unreadable = Buffer.from("what only a newer engine can read");
  writeFileSync(join(folder, newer), unreadable);
  const file = join(folder, manifest);
  const value = parseManifest("", readFileSync(file));
  const sha256 = createHash("sha256").update(unreadable).digest("hex");
  const files = value.files.map((entry) =>
    entry.name === name ? { ...entry, name: newer, bytes: unreadable.length, sha256 } : entry,
  );
  writeFileSync(file, renderManifest({ ...value, files }));
};

const injectAll = async (scene: Scene, damages: readonly Damage[]): Promise<void> => {
  const { generation } = await scene.share.current();
  for (const damage of damages) await injectOne(scene, generation, damage);
  const edition = scene.nextEdition();
  await scene.publisher.publish(edition);
  await scene.faultEnds();
  await scene.verifyServes(edition);
  await scene.share.wholeCurrent();
};

const injectOne = async (
  { share, url, verify }: Scene,
  sound: string,
  { what, change, usable }: Damage,
): Promise<void> => {
  const id = await share.forge(sound, change);
  const seen = async (): Promise<{ status: string; generation?: string }> => healthOf(url);
  if (usable) {
    const served = async (): Promise<boolean> => {
      const { status, generation } = await seen();
      return status === "ok" && generation === id;
    };
    verify(`${what}: served all the same`, await eventually(served, 6_000), JSON.stringify(await seen()));
    return;
  }
  // it was degraded before, when the damage before this one was of the same kind
  await delay(noticedMs);
  const refused = async (): Promise<boolean> => {
    const { status, generation } = await seen();
    const { result } = await askOnce(url, undefined);
    return status === "degraded" && result === "degraded" && generation !== id;
  };
  verify(
    `${what}: refused, and degraded, in health and in answers`,
    await eventually(refused, 6_000),
    JSON.stringify(await seen()),
  );
};

export const generationFaults: readonly Fault[] = [
  { name: "flipped", title: "generation with a flipped byte", inject: (scene) => injectAll(scene, flips) },
  {
    name: "frugal-flipped",
    title: "generation with a flipped byte, SWAP=frugal",
    prepare: () => ({ environment: { SWAP: "frugal" } }),
    inject: (scene) => injectAll(scene, flips),
  },
  { name: "lost-file", title: "generation with a missing file", inject: (scene) => injectAll(scene, losses) },
  {
    name: "newer-engine",
    title: "generation from a newer engine",
    inject: async (scene) => {
      const damage = { what: "an archive of engine 9.9.9", usable: true, change: fromNewerEngine };
      await injectAll(scene, [damage]);
      const claim = scene.app.out.some((line) => line.includes("was written by engine 9.9.9"));
      scene.verify("the log says why it was passed over", claim);
    },
  },
];
