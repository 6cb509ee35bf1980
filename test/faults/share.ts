import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFolderSnapshotStore } from "../../src/adapters/folder-snapshot-store.ts";
import { createGenerationCatalog } from "../../src/generations/generation-catalog.ts";
import { parseManifest, renderManifest } from "../../src/generations/manifest.ts";
import type { Current, GenerationCatalog } from "../../src/ports/generation.ts";

export interface Share {
  readonly folder: string;
  readonly catalog: GenerationCatalog;
  /** What is served; fails when that is damaged or nothing. */
  current(): Promise<Current>;
  /** The same, read to its last byte. */
  wholeCurrent(): Promise<Current>;
  /** Copies a generation under a new id, changes the copy, and makes it the served one. */
  forge(generation: string, change: (folder: string) => void): Promise<string>;
}

/** The share as another machine sees it. */
export const openShare = (folder: string): Share => {
  const catalog = createGenerationCatalog(createFolderSnapshotStore(folder));
  const current = async (): Promise<Current> => {
    const found = await catalog.current();
    if (!found) throw new Error("CURRENT is missing.");
    return found;
  };
  return {
    folder,
    catalog,
    current,
    wholeCurrent: async () => {
      const found = await current();
      await catalog.check(found.generation);
      return found;
    },
    forge: async (generation, change) => {
      const seen = await current();
      const id = await catalog.newId(seen);
      const target = join(folder, "generations", id);
      cpSync(join(folder, "generations", generation), target, { recursive: true });
      const file = join(target, "manifest.json");
      const manifest = parseManifest(generation, readFileSync(file));
      writeFileSync(file, renderManifest({ ...manifest, id }));
      change(target);
      // what a publisher does last; it looks at nothing but CURRENT
      await catalog.switchTo(id, seen);
      return id;
    },
  };
};
