import Module, { createRequire } from "node:module";
import { AppError } from "../shared/app-error.ts";
import { createCore, findTrigger } from "./core.ts";
import type { RegisteredFunction, Registry } from "./core.ts";
import { describeError } from "./log.ts";
import { readMainPath } from "./settings.ts";

export interface LoadedApp extends Registry {
  /** The address of the library's own HTTP server, which takes requests as streams; empty without any function. */
  readonly httpUri: string;
  /** Removes `@azure/functions-core` from Node's `require`. */
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

/** Loads an app in the worker's order: its main file, its capabilities, its appStart hooks. */
export const loadApp = async (appRoot: string): Promise<LoadedApp> => {
  const mainPath = await readMainPath(appRoot);
  const { core, registry } = createCore();
  const unload = supplyCore(core);
  try {
    requireMain(mainPath);
    assertRunnable(registry.functions);
    const defaults = Object.fromEntries(workerCapabilities.map((name) => [name, "true"]));
    const { HttpUri: httpUri = "" } = await registry.model.getCapabilities(defaults);
    if (httpUri === "" && registry.functions.length > 0) {
      throw new AppError(
        "misconfigured",
        `The app ${mainPath} must call app.setup({ enableHttpStream: true }): this host runs streaming apps only.`,
      );
    }
    const { appHookData, lifecycleData } = registry.hooks;
    await registry.hooks.run("appStart", {
      hookData: lifecycleData,
      appHookData,
      functionAppDirectory: appRoot,
    });
    registry.isStarted = true;
    return Object.assign(registry, { httpUri, unload });
  } catch (error) {
    unload();
    throw error;
  }
};

/** Makes `require("@azure/functions-core")` return this object; returns the function that undoes that. */
const supplyCore = (core: object): (() => void) => {
  const { prototype } = Module;
  const original = Object.getOwnPropertyDescriptor(prototype, "require");
  const require: unknown = original?.value;
  if (!original || typeof require !== "function") throw new Error("Node's require cannot be replaced.");
  const value = new Proxy(require, {
    apply: (target, self, args: unknown[]): unknown =>
      args[0] === "@azure/functions-core" ? core : Reflect.apply(target, self, args),
  });
  Object.defineProperty(prototype, "require", { ...original, value });
  return () => void Object.defineProperty(prototype, "require", original);
};

const requireMain = (mainPath: string): void => {
  try {
    createRequire(mainPath)(mainPath);
  } catch (error) {
    throw new AppError("misconfigured", `The app ${mainPath} cannot be loaded: ${describeError(error)}`, {
      cause: error,
    });
  }
};

/** Refuses names, routes and bindings: those that the real host refuses, and what this host cannot run. */
const assertRunnable = (functions: readonly RegisteredFunction[]): void => {
  const names = new Set<string>();
  for (const { metadata } of functions) {
    const { name, bindings } = metadata;
    const { type, binding } = findTrigger(metadata);
    if (!/^[a-z][\w-]{0,127}$/i.test(name) || name.toLowerCase() === "host") {
      throw new AppError(
        "misconfigured",
        `The function name '${name}' is invalid: it must start with a letter, hold only letters, digits, - and _, and not be 'host'.`,
      );
    }
    if (isReserved(name)) {
      throw new AppError(
        "misconfigured",
        `The function '${name}' has a reserved name: it starts with 'admin' or 'runtime'.`,
      );
    }
    if (type === "httptrigger" && isReserved(binding.route ?? name)) {
      throw new AppError(
        "misconfigured",
        `The function '${name}' has a reserved route: '${binding.route}' starts with 'admin' or 'runtime'.`,
      );
    }
    if (names.has(name.toLowerCase())) {
      throw new AppError(
        "misconfigured",
        `The function '${name}' is registered twice (names are case-insensitive).`,
      );
    }
    names.add(name.toLowerCase());
    for (const { type: bindingType = "" } of Object.values(bindings)) {
      if (/^(?:httptrigger|timertrigger|http)$/i.test(bindingType)) continue;
      throw new AppError(
        "misconfigured",
        `The function '${name}' has a binding of type '${bindingType}', which this host does not run: start the app with Core Tools (npm run start:func).`,
      );
    }
  }
};

const isReserved = (nameOrRoute: string): boolean => /^\/*(?:admin|runtime)/i.test(nameOrRoute);
