import type { SnapshotStore } from "../../ports/snapshot-store.ts";
import { singleFlight } from "../../shared/single-flight.ts";
import { withSignal } from "../../shared/with-signal.ts";
import { selfTestRun } from "./self-test-run.ts";
import type { SelfTestRun } from "./self-test-run.ts";

const path = "state/self-test.json";

/** Health is asked often, and the share is slow. */
const keptMs = 2_000;
const readTimeoutMs = 1_500;

export interface SelfTestFile {
  /** Fails with `snapshot_unavailable`. */
  write(run: SelfTestRun): Promise<void>;
  /** The last run that is not too old. Never fails, and never waits for long: the last one known, then. */
  last(): Promise<SelfTestRun | undefined>;
}

/** The last self-test's result, on the share, where every instance sees it. */
export const createSelfTestFile = (snapshots: Pick<SnapshotStore, "read" | "write">): SelfTestFile => {
  let known: SelfTestRun | undefined;
  /** Times of this process: the writer's clock may be any. */
  let firstSeen = 0;
  let readAt = Number.NEGATIVE_INFINITY;

  const see = (run: SelfTestRun | undefined): void => {
    readAt = performance.now();
    if (run?.id !== known?.id) firstSeen = readAt;
    known = run;
  };
  const read = singleFlight(async () => {
    const content = await snapshots.read(path);
    see(content && selfTestRun.parse(JSON.parse(Buffer.from(content).toString("utf8"))));
  });

  return {
    write: async (run) => {
      see(run);
      // a folder without it is not the share, but the place where it should be mounted
      if (!(await snapshots.read("CURRENT"))) return;
      await snapshots.write(path, `${JSON.stringify(run, undefined, 2)}\n`);
    },
    last: async () => {
      if (performance.now() - readAt > keptMs) {
        await withSignal(read(), AbortSignal.timeout(readTimeoutMs)).catch(() => {
          readAt = performance.now();
        });
      }
      return known && performance.now() - firstSeen < known.goodForMs ? known : undefined;
    },
  };
};
