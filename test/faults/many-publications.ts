import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { familyOf, proportionalMemory } from "../../src/health/process-usage.ts";
import { enginesOf, eventually } from "../support/processes.ts";
import type { Fault, Scene } from "./fault.ts";
import { editionWentBack } from "./judge-load.ts";

const publications = 100;
/** By then every swap has been gone through, and as many generations are kept as ever will be. */
const settledAfter = 5;
const maxGrowth = 1.1;

/** A process is warm when its first requests' deadlines are over, which are kept until then. */
const warmUpMs = 75_000;

const samples = 15;
const sampleEveryMs = 200;

/** What an app that runs for months must not do: keep a little of every generation that it served. */
export const manyPublications: Fault = {
  name: "many-publications",
  title: `${publications} publications in a row`,
  inject: async (scene) => {
    const { publisher, nextEdition, load, verify, verifyServes } = scene;
    const sizes: Size[] = [];
    await delay(warmUpMs);
    for (let round = 1; round <= publications; round += 1) {
      const edition = nextEdition();
      await publisher.publish(edition);
      if (round % settledAfter > 0) continue;
      await verifyServes(edition);
      sizes.push(await sizeOf(scene));
    }
    const [first, last] = [sizes[0], sizes.at(-1)];
    if (!first || !last) throw new Error("Nothing was measured.");
    for (const part of ["memory", "disk"] as const) {
      const growth = last[part] / first[part];
      const course = sizes.map((size) => megabytes(size[part])).join(", ");
      const what = `${part} after ${publications} is ${growth.toFixed(2)} of what it was after ${settledAfter}`;
      verify(`${what} (${course} MB)`, growth <= maxGrowth);
    }
    const back = editionWentBack(load.outcomes);
    verify("no question was answered from an older edition than one before it", !back, back);
  },
};

interface Size {
  /** Of the app and its engine together. */
  readonly memory: number;
  /** What the app and the publisher keep outside the share. */
  readonly disk: number;
}

/** Once the engine before is gone. The least of some samples: garbage comes and goes. */
const sizeOf = async ({ app, appData, root }: Scene): Promise<Size> => {
  const pid = app.child.pid ?? 0;
  await eventually(() => enginesOf(pid).length === 1 && readdirSync(join(appData, "local")).length === 1);
  const memory: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    memory.push(proportionalMemory(familyOf(pid)));
    await delay(sampleEveryMs);
  }
  return { memory: Math.min(...memory), disk: diskOf(appData) + diskOf(join(root, "publisher")) };
};

/** The blocks in use, since an index is mostly holes. */
const diskOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((sum, name) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return sum + (found?.blocks ?? 0) * 512;
  }, 0);

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
