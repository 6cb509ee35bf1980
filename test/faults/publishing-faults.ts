import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "./fault.ts";
import { editionWentBack } from "./judge-load.ts";
import { runCommand } from "./publisher.ts";

const publications = 6;
const everyMs = 2_000;

const publishOneAfterAnother: Fault["inject"] = async (scene) => {
  const { publisher, nextEdition, load, share, verify, verifyServes } = scene;
  let edition = 0;
  const before = await share.current();
  const took: number[] = [];
  for (let round = 0; round < publications; round += 1) {
    edition = nextEdition();
    const [{ durationMs }] = await Promise.all([publisher.publish(edition), delay(everyMs)]);
    took.push(Math.round(durationMs));
  }
  await verifyServes(edition);
  const { sequence } = await share.wholeCurrent();
  verify(`${publications} publications (${took.join(", ")} ms)`, sequence === before.sequence + publications);
  const back = editionWentBack(load.outcomes);
  verify("no question was answered from an older edition than one before it", !back, back);
  const kept = await share.catalog.list();
  verify("no more than five generations and the one before are kept", kept.length <= 6, kept.join(", "));
};

export const publishingFaults: readonly Fault[] = [
  { name: "publishing", title: "new generation every 2 s", inject: publishOneAfterAnother },
  {
    name: "frugal",
    title: "new generation every 2 s, SWAP=frugal",
    prepare: () => ({ environment: { SWAP: "frugal" } }),
    inject: publishOneAfterAnother,
  },
  {
    name: "rollback",
    title: "rollback, and back again",
    inject: async ({ root, share, appShare, verify, verifyServes }) => {
      const before = await share.current();
      const rollback = async (...ids: readonly string[]): Promise<string> => {
        const settings = { DATA_DIR: `${root}/publisher`, SNAPSHOT_DIR: appShare };
        const { exited, out, err } = runCommand("rollback.cjs", ids, settings);
        const code = await exited;
        return code === 0 ? "" : `exit code ${code}: ${[...out, ...err].join(" ")}`;
      };
      const said = await rollback();
      verify("the rollback exits with 0", said === "", said);
      await verifyServes(1);
      const saidAgain = await rollback(before.generation);
      verify("a rollback to an id exits with 0", saidAgain === "", saidAgain);
      await verifyServes(2);
      const after = await share.wholeCurrent();
      verify("CURRENT counted both", after.sequence === before.sequence + 2, `sequence ${after.sequence}`);
    },
  },
];
