import { randomBytes } from "node:crypto";
import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "./fault.ts";
import { healthOf } from "./judge-load.ts";

const lastsMs = 3_000;

const currentFault = (name: string, title: string, damage: (file: string) => void): Fault => ({
  name,
  title,
  inject: async ({ share, url, publisher, nextEdition, verify, verifyServes, faultEnds }) => {
    const before = await share.current();
    damage(join(share.folder, "CURRENT"));
    await delay(lastsMs);
    const { status } = await healthOf(url);
    verify("health says degraded meanwhile", status === "degraded", status);
    const edition = nextEdition();
    const { generation } = await publisher.publish(edition);
    await faultEnds();
    const after = await share.wholeCurrent();
    verify("an ingest mends it", after.generation === generation, after.generation);
    verify(
      "its sequence is later",
      after.sequence > before.sequence,
      `${before.sequence}, ${after.sequence}`,
    );
    await verifyServes(edition);
  },
});

export const currentFaults: readonly Fault[] = [
  currentFault("truncated", "CURRENT truncated", (file) => truncateSync(file, 30)),
  currentFault("empty", "CURRENT empty", (file) => truncateSync(file, 0)),
  currentFault("garbage", "CURRENT garbage", (file) => writeFileSync(file, randomBytes(200))),
  currentFault("missing-current", "CURRENT missing", (file) => rmSync(file)),
];
