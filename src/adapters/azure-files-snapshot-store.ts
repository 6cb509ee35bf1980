import type { SnapshotStore } from "../ports/snapshot-store.ts";
export const createAzureFilesSnapshotStore = (_: {
  url: string;
  connectionString: string | undefined;
}): SnapshotStore => {
  throw new Error("being written");
};
