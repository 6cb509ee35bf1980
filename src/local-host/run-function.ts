import { randomUUID } from "node:crypto";
import type { TypedData } from "./core-contract.ts";
import type { RegisteredFunction, Registry } from "./core-module.ts";
import { createTraceContext } from "./create-trace-context.ts";
import { invokeFunction } from "./invoke-function.ts";
import { logFailure } from "./log-failure.ts";

export interface RunOptions {
  readonly registry: Registry;
  readonly registered: RegisteredFunction;
  readonly data: TypedData;
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
}

/** Runs a function that nobody waits for an answer of; resolves to whether it succeeded. */
export async function runFunction({ registry, registered, data, ...options }: RunOptions): Promise<boolean> {
  try {
    await invokeFunction({
      registry,
      registered,
      invocationId: randomUUID(),
      data,
      triggerMetadata: options.triggerMetadata ?? {},
      traceContext: createTraceContext(),
    });
    return true;
  } catch (error) {
    logFailure(registry, registered, error);
    return false;
  }
}
