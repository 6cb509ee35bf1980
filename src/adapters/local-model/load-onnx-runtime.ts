import { env } from "node:process";
import type * as OnnxRuntime from "onnxruntime-node";

/**
 * Loads onnxruntime without its telemetry. It is on by default: it writes a device id below HOME and logs into the
 * temporary folder, and looks up a host of Microsoft's. The native library reads the variable once, when it is loaded,
 * so nothing else may import the package.
 */
export const loadOnnxRuntime = (): Promise<typeof OnnxRuntime> => {
  env["ORT_DISABLE_TELEMETRY"] = "1";
  return import("onnxruntime-node");
};
