import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../support/processes.ts";
import { repository } from "../support/repository.ts";
import { atEnd } from "./clean-up.ts";
import type { Fault, Places, Preparation } from "./fault.ts";
import { healthOf } from "./judge-load.ts";
import { mountBind, mountSmallDisk, remountBind } from "./mounts.ts";
import { createPublisher } from "./publisher.ts";

const goneMs = 5_000;
const slowByMs = 200;

/** One copy with its spare fits beside what is served, and no more. */
const smallDiskMegabytes = 260;

/** How long a published generation cannot be copied, for lack of room. */
const fullMs = 5_000;

const preloadSlowReads = ({ root, share }: Places): Preparation => {
  const library = join(root, "slow-reads.so");
  try {
    const source = join(repository, "test", "faults", "slow-reads.c");
    execFileSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], { stdio: "pipe" });
  } catch (error) {
    return { notRun: `slow-reads.c cannot be compiled here: ${(error as Error).message.split("\n")[0]}` };
  }
  const environment = { LD_PRELOAD: library, SLOW_FOLDER: `${share}/`, SLOW_CONTROL: join(root, "slow") };
  return { environment };
};

/** The share is renamed away; `leave` puts in its place what a failed mount leaves there. */
const goneFault = (name: string, title: string, leave: (folder: string) => void): Fault => ({
  name,
  title,
  inject: async ({ share, url, publisher, nextEdition, verify, verifyServes, faultEnds }) => {
    // a publisher that knows the share
    await publisher.publish(nextEdition());
    const away = `${share.folder}-away`;
    renameSync(share.folder, away);
    leave(share.folder);
    await delay(goneMs);
    const { status } = await healthOf(url);
    verify("health says degraded meanwhile", status === "degraded", status);
    const refused = await publisher.begin(nextEdition()).finished;
    verify("a publisher fails in words", isInWords(refused), refused.said.slice(-200));
    const made = existsSync(share.folder) ? readdirSync(share.folder) : [];
    verify("nothing was put where the share belongs", made.length === 0, made.join(", "));
    rmSync(share.folder, { recursive: true, force: true });
    renameSync(away, share.folder);
    await faultEnds();
    const edition = nextEdition();
    await publisher.publish(edition);
    await verifyServes(edition);
  },
});

export const shareFaults: readonly Fault[] = [
  {
    name: "read-only",
    title: "share read-only",
    prepare: ({ root, share }) => {
      const mounted = join(root, "mounted-share");
      const notRun = mountBind(share, mounted);
      return notRun === undefined ? { share: mounted } : { notRun };
    },
    inject: async (scene) => {
      const { root, share, appShare, publisher, nextEdition, verify, verifyServes } = scene;
      remountBind(appShare, "ro");
      const before = await share.current();
      const knowledge = join(root, "other-knowledge");
      const barred = createPublisher({
        share: { SNAPSHOT_DIR: appShare },
        data: join(root, "barred"),
        knowledge,
      });
      const refused = await barred.begin(nextEdition()).finished;
      verify("a publisher of a read-only share fails in words", isInWords(refused), refused.said);
      const after = await share.wholeCurrent();
      verify("CURRENT is as before", after.generation === before.generation, after.generation);
      // the share is read-only to this instance, not to everybody
      const edition = nextEdition();
      await publisher.publish(edition);
      await verifyServes(edition);
      remountBind(appShare, "rw");
    },
  },
  goneFault("gone", `share gone for ${goneMs / 1_000} s, and back`, () => undefined),
  goneFault("unmounted", `share an empty folder for ${goneMs / 1_000} s, and back`, (folder) =>
    mkdirSync(folder),
  ),
  {
    name: "slow",
    title: `share slow: ${slowByMs} ms a read`,
    prepare: preloadSlowReads,
    inject: async ({ root, url, publisher, nextEdition, share, verify }) => {
      const control = join(root, "slow");
      writeFileSync(control, String(slowByMs));
      const edition = nextEdition();
      const { generation } = await publisher.publish(edition);
      const published = performance.now();
      await delay(1_000);
      const { generation: early } = await healthOf(url);
      verify("the delay is felt", early !== generation, "it was copied at once");
      const came = await eventually(async () => (await healthOf(url)).generation === generation, 30_000);
      const seconds = ((performance.now() - published) / 1_000).toFixed(1);
      verify(`the new generation came over the slow share in ${seconds} s`, came);
      await share.wholeCurrent();
      rmSync(control);
    },
  },
  {
    name: "disk-full",
    title: "local disk full while publishing",
    prepare: ({ root }) => {
      const data = join(root, "small-disk");
      const notRun = mountSmallDisk(data, smallDiskMegabytes);
      return notRun === undefined ? { data } : { notRun };
    },
    inject: async ({ appData, url, publisher, nextEdition, verify, verifyServes, faultEnds }) => {
      const filler = join(appData, "filler");
      const { bavail, bsize } = statfsSync(appData);
      const removeFiller = atEnd(() => rmSync(filler, { force: true }));
      writeFileSync(filler, Buffer.alloc(bavail * bsize - 4_096));
      const edition = nextEdition();
      const { generation } = await publisher.publish(edition);
      await delay(fullMs);
      const health = await healthOf(url);
      const refused = health.status === "degraded" && health.generation !== generation;
      verify("the old generation is served, and health says degraded", refused, JSON.stringify(health));
      removeFiller();
      await faultEnds();
      await verifyServes(edition);
    },
  },
];

/** Not by a stack trace. */
const isInWords = ({ code, said }: { readonly code: number | string; readonly said: string }): boolean =>
  code === 1 && said.length > 0 && !/\n\s+at /.test(said);
