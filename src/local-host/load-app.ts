import { createRequire } from "node:module";
import { join } from "node:path";
import { checkFunctions } from "./check-functions.ts";
import { createCoreModule } from "./core-module.ts";
import type { Registry } from "./core-module.ts";
import { describeError } from "./describe-error.ts";
import { readJsonFile } from "./read-json-file.ts";
import { supplyCoreModule } from "./supply-core-module.ts";

export interface LoadedApp extends Registry {
  /** Where the library takes HTTP requests as streams; undefined when the app did not turn that on. */
  readonly httpUri: string | undefined;
  /** Takes `@azure/functions-core` away again. */
  unload(): void;
}

const workerCapabilities = [
  "RawHttpBodyBytes",
  "RpcHttpTriggerMetadataRemoved",
  "RpcHttpBodyOnly",
  "IgnoreEmptyValuedRpcHttpHeaders",
  "UseNullableValueDictionaryForHttp",
  "WorkerStatus",
  "TypedDataCollection",
  "HandlesWorkerTerminateMessage",
];

/** Loads the app as the worker does: its main file, then its capabilities, then its appStart hooks. */
export async function loadApp(appRoot: string): Promise<LoadedApp> {
  const manifestPath = join(appRoot, "package.json");
  const main = (await readJsonFile(manifestPath))?.["main"];
  if (typeof main !== "string" || main === "") {
    throw new Error(`${manifestPath} must name the app's file in "main".`);
  }
  const { core, registry } = createCoreModule();
  const unload = supplyCoreModule(core);
  try {
    requireApp(manifestPath, join(appRoot, main));
    checkFunctions(registry.functions);
    const defaults = Object.fromEntries(workerCapabilities.map((name) => [name, "true"]));
    const capabilities = (await registry.model?.getCapabilities?.(defaults)) ?? defaults;
    const { appHookData, lifecycleData } = registry.hooks;
    const context = { hookData: lifecycleData, appHookData, functionAppDirectory: appRoot };
    await registry.hooks.run("appStart", context);
    registry.isStarted = true;
    return Object.assign(registry, { httpUri: capabilities["HttpUri"], unload });
  } catch (error) {
    unload();
    throw error;
  }
}

function requireApp(manifestPath: string, mainPath: string): void {
  try {
    createRequire(manifestPath)(mainPath);
  } catch (error) {
    throw new Error(`The app ${mainPath} can't be loaded: ${describeError(error)}`, { cause: error });
  }
}
