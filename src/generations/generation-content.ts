import { createHash } from "node:crypto";
import type { GenerationContent, GenerationFile, Manifest } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { AppError } from "../shared/app-error.ts";
import { lazily } from "../shared/lazily.ts";
import { decodePassages, decodeRecords, recordsFile, vectorsFile } from "./generation-files.ts";

/** Reads a generation's files, and believes none of them before its hash holds. */
export const openContent = (snapshots: SnapshotStore, manifest: Manifest): GenerationContent => {
  const damaged = (name: string, why: string, cause?: unknown): AppError =>
    new AppError("generation_unusable", `Generation ${manifest.id}: ${name} ${why}.`, { cause });

  async function* open(file: GenerationFile): AsyncGenerator<Uint8Array> {
    const pieces = await snapshots.open(`generations/${manifest.id}/${file.name}`);
    if (!pieces) throw damaged(file.name, "is missing");
    const hash = createHash("sha256");
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
    if (hash.digest("hex") !== file.sha256)
      throw damaged(file.name, "is damaged: its hash is not the manifest's");
  }

  const fileOf = (name: string): GenerationFile => {
    const file = manifest.files.find((candidate) => candidate.name === name);
    if (!file) throw damaged(name, "is not in its manifest");
    return file;
  };
  const readWhole = async (name: string): Promise<Uint8Array> =>
    Buffer.concat(await Array.fromAsync(open(fileOf(name))));

  const records = lazily(() => readWhole(recordsFile));
  const namespaces = manifest.namespaces.map(({ name }) => name);
  return {
    manifest,
    open,
    records,
    passagesById: async () => {
      const file = await records();
      try {
        return decodeRecords(file, manifest);
      } catch (error) {
        throw damaged(recordsFile, "cannot be read", error);
      }
    },
    passages: async () => {
      const files = { records: await records(), vectors: await readWhole(vectorsFile) };
      try {
        return decodePassages(files, { namespaces, dimensions: manifest.embedder.dimensions });
      } catch (error) {
        throw damaged(recordsFile, `does not fit ${vectorsFile}`, error);
      }
    },
  };
};
