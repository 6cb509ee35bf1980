import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../shared/app-error.ts";
import { hashFile } from "../../shared/hash-file.ts";

/** The sha256 of all-MiniLM-L6-v2 (int8). Another would give vectors that silently do not fit those already indexed. */
export const knownModel = "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1";

export const layoutName = "layout.json";

export const modelFiles = ["model.onnx", "weights.bin", "tokenizer.json", "tokenizer_config.json"] as const;

/** What the files of a folder were made from, and what they were then. */
export interface ModelLayout {
  /** The sha256 of the model as it came. */
  readonly model: string;
  /** The version of onnxruntime that wrote it. */
  readonly runtime: string;
  /** The sha256 of each file. */
  readonly files: Readonly<Record<string, string>>;
}

/** The layout of a folder, or in words why the model in it cannot be used. */
export const readLayout = async (folder: string): Promise<ModelLayout | { readonly problem: string }> => {
  try {
    const layout = JSON.parse(await readFile(join(folder, layoutName), "utf8")) as ModelLayout;
    if (layout.model !== knownModel)
      return { problem: `${folder} holds another model (sha256 ${layout.model}, expected ${knownModel})` };
    for (const name of modelFiles) {
      if ((await hashFile(join(folder, name))) !== layout.files[name])
        return { problem: `${join(folder, name)} is not what was built` };
    }
    return layout;
  } catch (error) {
    return { problem: `the embedding model could not be read: ${messageOf(error)}` };
  }
};
