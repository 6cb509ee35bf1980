import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InferenceSession, env } from "onnxruntime-node";
import { AppError } from "../shared/app-error.ts";
import { hashFile } from "../shared/hash-file.ts";

/** Another model would give vectors that silently do not fit those already indexed. */
const knownModel = "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1";

/** Says what a folder was made from. */
const stampName = "made-from";

/**
 * Lays a model out as it loads soonest, with its weights in a file of their own, which is mapped into memory. The one
 * file in which they come is read, and its weights are copied: that takes twice as long, and 40 MB more. A
 * folder that was made from the same is left alone, for running apps have it mapped.
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
  const stamp = `${found}, onnxruntime ${env.versions.node}\n`;
  if ((await readFile(join(target, stampName), "utf8").catch(() => undefined)) === stamp) return;

  // not of mkdtemp, which nobody else may read
  const folder = `${target}-${randomUUID()}`;
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
    await writeFile(join(folder, stampName), stamp);
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
