import type { HookCallback } from "./core-contract.ts";
import { createSystemError } from "./create-system-error.ts";

const hookNames = ["preInvocation", "postInvocation", "appStart", "appTerminate", "log"] as const;
type HookName = (typeof hookNames)[number];

export interface Hooks {
  /** Shared by every hook of the app. */
  readonly appHookData: object;
  /** Shared by the appStart and appTerminate hooks. */
  readonly lifecycleData: object;
  /** Returns the function that takes the hook away again. */
  add(name: string, callback: HookCallback): () => void;
  /** Runs the hooks of one name in the order of their registration; one that throws stops the rest. */
  run(name: HookName, context: object): Promise<void>;
  /** As `run`, for the log hooks, which the contract says are synchronous. */
  runNow(name: HookName, context: object): void;
}

/** Holds the hooks an app registers. */
export function createHooks(): Hooks {
  const callbacks = new Map<string, HookCallback[]>(hookNames.map((name) => [name, []]));
  const listed = (name: HookName) => [...(callbacks.get(name) ?? [])];

  return {
    appHookData: {},
    lifecycleData: {},
    add(name, callback) {
      const list = callbacks.get(name);
      // the library looks for exactly this error to tell an old host
      if (!list) throw createSystemError(`Unrecognized hook "${name}"`, RangeError);
      list.push(callback);
      return () => {
        const index = list.indexOf(callback);
        if (index >= 0) list.splice(index, 1);
      };
    },
    async run(name, context) {
      for (const callback of listed(name)) await callback(context);
    },
    runNow(name, context) {
      for (const callback of listed(name)) callback(context);
    },
  };
}
