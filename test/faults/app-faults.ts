import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { repository } from "../support/run-node.ts";
import { eventually } from "../support/processes.ts";
import type { Fault } from "./fault.ts";
import { askOnce } from "./load.ts";
import type { Outcome } from "./load.ts";
import { enginesUnder } from "./processes-of.ts";

const dayMs = 86_400_000;
const burst = 40;

/** A request has reached the app so long after it was begun. */
const sentMs = 30;

/** What the platform gives, and a margin for a busy machine. */
const endWithinMs = 4_000;
const marginMs = 1_000;

let asked = Infinity;

export const appFaults: readonly Fault[] = [
  {
    name: "sigterm",
    title: "app SIGTERM under load",
    appEndsAt: () => asked,
    inject: async ({ app, root, url, load, verify }) => {
      const askMany = (): readonly Promise<Outcome>[] =>
        Array.from({ length: burst }, () => askOnce(url, undefined));
      // the connections are there when it counts: those that wait to be accepted are nobody's yet
      await Promise.all(askMany());
      const more = askMany();
      await delay(sentMs);
      asked = performance.now() - sentMs;
      const { inFlight } = load;
      const began = performance.now();
      app.child.kill("SIGTERM");
      const code = await Promise.race([app.exited, delay(10_000, "not in 10 s")]);
      const tookMs = performance.now() - began;
      const lost = (await Promise.all(more)).filter(({ result }) => result !== "right");
      const told = `a burst of ${burst} beside ${inFlight} in flight is answered`;
      verify(told, lost.length === 0, `not ${lost.length}, such as ${lost[0]?.detail}`);
      const inTime = tookMs <= endWithinMs + marginMs;
      verify(`it exits in ${Math.round(tookMs)} ms`, inTime, `more than ${endWithinMs} + ${marginMs}`);
      verify("it exits with 0", code === 0, String(code));
      const gone = await eventually(() => enginesUnder(root).length === 0, 500);
      verify("no engine is left", gone, enginesUnder(root).join(", "));
    },
  },
  {
    name: "clock",
    title: "clock jumps a day ahead, then a day back",
    prepare: ({ root }) => ({ environment: shiftedBy(join(root, "shift")) }),
    inject: async ({ root, share, publisher, nextEdition, verify, verifyServes }) => {
      const file = join(root, "shift");
      const before = await share.current();
      for (const shift of [dayMs, -dayMs]) {
        writeFileSync(file, String(shift));
        await delay(500);
        const edition = nextEdition();
        const { generation = "" } = await publisher.publish(edition, shiftedBy(file));
        const { created } = (await share.catalog.content(generation)).manifest;
        const moved = Math.abs(Date.parse(created) - Date.now() - shift) < dayMs / 2;
        verify(`the publisher's clock was ${shift > 0 ? "ahead" : "behind"}`, moved, created);
        await verifyServes(edition);
      }
      writeFileSync(file, "0");
      const { sequence } = await share.wholeCurrent();
      verify("both were published in their order", sequence === before.sequence + 2, `sequence ${sequence}`);
    },
  },
];

const shiftedBy = (file: string): Record<string, string> => ({
  NODE_OPTIONS: `--require ${join(repository, "test", "faults", "shift-clock.cjs")}`,
  SHIFT_FILE: file,
});
