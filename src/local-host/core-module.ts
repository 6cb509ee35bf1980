import type { FunctionCallback, FunctionMetadata, ProgrammingModel, WriteLog } from "./core-contract.ts";
import { createHooks } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";
import { createSystemError } from "./create-system-error.ts";
import { writeLog } from "./write-log.ts";

const workerVersion = "3.11.0";
const hostVersion = "4.1040.0";

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** What an app has registered with the core module. */
export interface Registry {
  readonly functions: RegisteredFunction[];
  readonly hooks: Hooks;
  model: ProgrammingModel | undefined;
  isStarted: boolean;
  /** Takes a message that a function put into a queue. */
  enqueue: (queueName: string, message: string) => void;
  /** Prints a record after the log hooks have seen it; `invocationContext` is that of the function that logs. */
  log(...record: [...Parameters<WriteLog>, invocationContext?: unknown]): void;
}

class Disposable {
  #callOnDispose: (() => unknown) | undefined;

  static from(...disposables: { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  constructor(callOnDispose: () => unknown) {
    this.#callOnDispose = callOnDispose;
  }

  dispose(): unknown {
    const call = this.#callOnDispose;
    this.#callOnDispose = undefined;
    return call?.();
  }
}

function createRegistry(): Registry {
  const hooks = createHooks();
  return {
    functions: [],
    hooks,
    model: undefined,
    isStarted: false,
    enqueue: () => undefined,
    log(level, category, message, invocationContext) {
      const record = { level, message, category, invocationContext };
      hooks.runNow("log", Object.assign(record, { hookData: {}, appHookData: hooks.appHookData }));
      // a hook may rewrite what the app logs, never what the host does
      if (category === "user") writeLog(record.level, category, record.message);
      else writeLog(level, category, message);
    },
  };
}

/** Creates the module `@azure/functions-core` and the registry that it fills. */
export function createCoreModule(): { readonly core: object; readonly registry: Registry } {
  const registry = createRegistry();
  const { functions, hooks } = registry;
  const core = {
    version: workerVersion,
    get hostVersion() {
      return hostVersion;
    },
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
      if (registry.isStarted) {
        throw createSystemError("A function can only be registered during app startup.");
      }
      const entry = { metadata: { ...metadata, functionId: metadata.functionId ?? metadata.name }, callback };
      functions.push(entry);
      return new Disposable(() => {
        if (registry.isStarted) {
          throw createSystemError("A function can only be disposed during app startup.");
        }
        functions.splice(functions.indexOf(entry), 1);
      });
    },
    registerHook: (...hook: Parameters<Hooks["add"]>) => new Disposable(hooks.add(...hook)),
    setProgrammingModel(model: ProgrammingModel) {
      registry.model = model;
    },
    getProgrammingModel: () => registry.model,
    log: ((level, category, message) => registry.log(level, category, message)) satisfies WriteLog,
    Disposable,
  };
  return { core, registry };
}
