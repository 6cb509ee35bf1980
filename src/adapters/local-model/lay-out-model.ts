import { randomUUID } from "node:crypto";
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../shared/app-error.ts";
import { hashFile } from "../../shared/hash-file.ts";
import { loadOnnxRuntime } from "./load-onnx-runtime.ts";
import { knownModel, layoutName, modelFiles, readLayout } from "./model-layout.ts";

/**
 * Lays a model out as it loads soonest, with its weights in a file of their own, which is mapped into memory. The
 * one file in which they come is read, and its weights are copied: that takes twice as long, and 40 MB more.
 * A folder that holds the same already is left alone, for running apps have it mapped.
 */
export const layOutModel = async (source: string, target: string): Promise<void> => {
  const onnx = join(source, "onnx", "model_quantized.onnx");
  const found = await hashFile(onnx);
  if (found !== knownModel) {
    throw new AppError(
      "embedder_failed",
      `${onnx} is not the known model (sha256 ${found}, expected ${knownModel}); run npm ci.`,
    );
  }
  if (await isLaidOut(target)) return;
  const { InferenceSession, env } = await loadOnnxRuntime();

  // not of mkdtemp, whose folders no other user may read
  const folder = join(dirname(target), `laying-out-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await InferenceSession.create(onnx, {
      // the same model for every machine: what suits the one it runs on is done when it is loaded
      graphOptimizationLevel: "disabled",
      optimizedModelFilePath: join(folder, "model.onnx"),
      extra: { session: { optimized_model_external_initializers_file_name: "weights.bin" } },
    });
    for (const file of ["tokenizer.json", "tokenizer_config.json"])
      await copyFile(join(source, file), join(folder, file));
    // it has to load before it counts as good
    await InferenceSession.create(join(folder, "model.onnx"));
    const files: Record<string, string> = {};
    for (const name of modelFiles) files[name] = await hashFile(join(folder, name));
    await writeFile(
      join(folder, layoutName),
      JSON.stringify({ model: found, runtime: env.versions.node, files }),
    );
    await putInPlace(folder, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const isLaidOut = async (folder: string): Promise<boolean> => {
  const { env } = await loadOnnxRuntime();
  const layout = await readLayout(folder);
  return !("problem" in layout) && layout.runtime === env.versions.node;
};

const putInPlace = async (folder: string, target: string): Promise<void> => {
  try {
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
  } catch (error) {
    // another build may have been sooner
    if (!(await isLaidOut(target))) throw error;
  }
};
