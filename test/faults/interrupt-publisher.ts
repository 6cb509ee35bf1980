import { setTimeout as delay } from "node:timers/promises";
import type { Publication } from "./publisher.ts";
import type { Paused } from "./publisher-faults.ts";

/** Ends it by force after so long; tells whether it had published before. */
export const endAnyTime = async (publication: Publication, afterMs: number): Promise<boolean> => {
  await Promise.race([delay(afterMs), publication.exited]);
  publication.child.kill("SIGKILL");
  return (await publication.finished).code === 0;
};

/** Pauses it after so long, unless it is done by then. */
export const pauseAnyTime = async (publication: Publication, afterMs: number): Promise<Paused> => {
  await Promise.race([delay(afterMs), publication.exited]);
  publication.child.kill("SIGSTOP");
  return { goOn: () => publication.child.kill("SIGCONT"), finished: publication.finished };
};
