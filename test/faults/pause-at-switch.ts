import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { repository } from "../support/repository.ts";
import { atEnd } from "./clean-up.ts";
import type { Scene } from "./fault.ts";
import type { Paused } from "./publisher-faults.ts";

const tries = 8;

/** Which of its last two renames it is caught before. */
export type Switch = "CURRENT" | "record";

/** Pauses a publisher between its last look at CURRENT and a rename; `undefined` when it was never caught there. */
export const pauseAtSwitch = async (
  { publisher, share, nextEdition }: Scene,
  at: Switch,
): Promise<Paused | undefined> => {
  for (let round = 0; round < tries; round += 1) {
    const publication = publisher.begin(nextEdition());
    const { child, finished } = publication;
    const goOn = (): void => void child.kill("SIGCONT");
    const watcher = spawn(
      process.execPath,
      [join(repository, "test", "faults", "pause-at-switch.cjs"), share.folder, String(child.pid), at],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    atEnd(() => watcher.kill("SIGKILL"));
    let said = "";
    watcher.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    void publication.exited.then(() => watcher.kill("SIGKILL"));
    await once(watcher, "close");
    if (said.includes("in time")) return { goOn, finished };
    goOn();
    await finished;
  }
  return undefined;
};
