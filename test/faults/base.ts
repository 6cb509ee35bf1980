import { cpSync } from "node:fs";
import { join } from "node:path";
import { writeCorpus } from "./corpus.ts";
import { createPublisher } from "./publisher.ts";

export interface Base {
  /** Puts copies of the knowledge into a folder, and one of the share with its two editions into another. */
  copyTo(root: string, shareFolder: string): void;
}

export const baseEditions = 2;

/** Ingests once for all scenes. */
export const createBase = async (root: string): Promise<Base> => {
  const knowledge = join(root, "knowledge");
  const share = join(root, "share");
  const settings = { SNAPSHOT_DIR: share };
  writeCorpus(knowledge);
  const publisher = createPublisher({ share: settings, data: join(root, "data"), knowledge });
  for (let edition = 1; edition <= baseEditions; edition += 1) await publisher.publish(edition);
  return {
    copyTo: (target, shareFolder) => {
      cpSync(share, shareFolder, { recursive: true });
      for (const name of ["knowledge", "other-knowledge"])
        cpSync(knowledge, join(target, name), { recursive: true });
    },
  };
};
