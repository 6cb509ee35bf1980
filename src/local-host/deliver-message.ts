import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { RegisteredFunction, Registry } from "./core-module.ts";
import { runFunction } from "./run-function.ts";

// the defaults of the real host
const maxDequeueCount = 5;
const retryDelayMs = 100;

/** Gives one message to a queue function, again when it fails, and drops it with a warning in the end. */
export async function deliverMessage(
  registry: Registry,
  registered: RegisteredFunction,
  message: string,
): Promise<void> {
  const id = randomUUID();
  const insertionTime = JSON.stringify(new Date().toISOString());
  for (let dequeueCount = 1; dequeueCount <= maxDequeueCount; dequeueCount += 1) {
    if (dequeueCount > 1) await wait(retryDelayMs);
    const triggerMetadata = {
      QueueTrigger: { string: message },
      Id: { string: id },
      DequeueCount: { int: dequeueCount },
      InsertionTime: { json: insertionTime },
      PopReceipt: { string: randomUUID() },
    };
    if (await runFunction({ registry, registered, data: { string: message }, triggerMetadata })) return;
  }
  const { name } = registered.metadata;
  registry.log(
    "warning",
    "system",
    `Message ${id} for '${name}' failed ${maxDequeueCount} times and is dropped.`,
  );
}
