import { AppError } from "../shared/app-error.ts";
import type {
  Binding,
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  ProgrammingModel,
  WriteLog,
} from "./core-contract.ts";
import { writeLog } from "./log.ts";

const workerVersion = "3.11.0";
const hostVersion = "4.1040.0";

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** Everything that an app has registered with the core module. */
export interface Registry {
  readonly functions: RegisteredFunction[];
  readonly hooks: Hooks;
  model: ProgrammingModel;
  /** Once true, no function can be registered. */
  isStarted: boolean;
  /** Runs the log hooks, then prints; `invocationContext` is that of the function that logs. */
  log(...record: [...Parameters<WriteLog>, invocationContext?: unknown]): void;
}

const hookNames = ["preInvocation", "postInvocation", "appStart", "appTerminate", "log"] as const;
type HookName = (typeof hookNames)[number];

interface Hooks {
  /** Shared by all hooks of the app. */
  readonly appHookData: object;
  /** Shared by the appStart and appTerminate hooks. */
  readonly lifecycleData: object;
  /** Returns the function that removes the hook. */
  add(name: string, callback: HookCallback): () => void;
  /** Runs the hooks of one name in the order of their registration; the first that throws ends the run. */
  run(name: HookName, context: object): Promise<void>;
  /** As `run`, for the log hooks: the contract says that they are synchronous. */
  runNow(name: HookName, context: object): void;
}

/** Creates the module `@azure/functions-core` and the registry that it fills. */
export const createCore = (): { readonly core: object; readonly registry: Registry } => {
  const registry = createRegistry();
  const core = {
    version: workerVersion,
    hostVersion,
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => {
      if (registry.isStarted) {
        throw createSystemError("A function can only be registered during app startup.");
      }
      registry.functions.push({ metadata, callback });
    },
    registerHook: (name: string, callback: HookCallback) => ({
      dispose: registry.hooks.add(name, callback),
    }),
    setProgrammingModel: (model: ProgrammingModel) => {
      registry.model = model;
    },
    getProgrammingModel: () => registry.model,
    log: ((level, category, message) => registry.log(level, category, message)) satisfies WriteLog,
  };
  return { core, registry };
};

/** The trigger binding of a function, with its name and its type in lower case (`httptrigger`). */
export const findTrigger = (
  metadata: FunctionMetadata,
): { readonly name: string; readonly type: string; readonly binding: Binding } => {
  for (const [name, binding] of Object.entries(metadata.bindings)) {
    const type = binding.type?.toLowerCase() ?? "";
    if (type.endsWith("trigger")) return { name, type, binding };
  }
  throw new AppError("misconfigured", `The function '${metadata.name}' has no trigger.`);
};

const createRegistry = (): Registry => {
  const hooks = createHooks();
  return {
    functions: [],
    hooks,
    model: modelWithoutFunctions,
    isStarted: false,
    log: (level, category, message, invocationContext) => {
      const record = { level, message, category, invocationContext };
      hooks.runNow("log", Object.assign(record, { hookData: {}, appHookData: hooks.appHookData }));
      // a hook may rewrite the app's records, not the host's
      if (category === "user") writeLog(record.level, category, record.message);
      else writeLog(level, category, message);
    },
  };
};

/** In place until the library registers a function: it presents itself with the first one only. */
const modelWithoutFunctions: ProgrammingModel = {
  getInvocationModel: () => {
    throw createSystemError("No programming model is set.");
  },
  getCapabilities: (defaults) => defaults,
};

const createHooks = (): Hooks => {
  const callbacks = new Map<string, HookCallback[]>(hookNames.map((name) => [name, []]));
  const copyOf = (name: HookName): readonly HookCallback[] => [...(callbacks.get(name) ?? [])];
  return {
    appHookData: {},
    lifecycleData: {},
    add: (name, callback) => {
      const list = callbacks.get(name);
      // the contract's error for a hook that the host lacks: the library recognizes it and goes on
      if (!list) throw createSystemError(`Unrecognized hook "${name}"`, RangeError);
      list.push(callback);
      return () => {
        const index = list.indexOf(callback);
        if (index >= 0) list.splice(index, 1);
      };
    },
    run: async (name, context) => {
      for (const callback of copyOf(name)) await callback(context);
    },
    runNow: (name, context) => {
      for (const callback of copyOf(name)) callback(context);
    },
  };
};

/** Makes an error that the library recognizes as the host's, not the app's. */
const createSystemError = (message: string, kind: typeof Error | typeof RangeError = Error): Error =>
  Object.assign(new kind(message), { isAzureFunctionsSystemError: true });
