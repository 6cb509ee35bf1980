import type { RegisteredFunction, Registry } from "./core-module.ts";
import { deliverMessage } from "./deliver-message.ts";
import { findTrigger } from "./find-trigger.ts";
import { resolveSettingNames } from "./resolve-setting-names.ts";

/** Hands messages that functions put into a queue to the functions that listen to it, in memory. */
export function startQueues(registry: Registry, track: (run: Promise<unknown>) => void): void {
  const listeners = new Map<string, RegisteredFunction>();
  for (const registered of registry.functions) {
    const { type, binding } = findTrigger(registered.metadata);
    if (type !== "queuetrigger") continue;
    listeners.set(resolveSettingNames(binding.queueName ?? "", registered.metadata.name), registered);
  }
  registry.enqueue = (queueName, message) => {
    const listener = listeners.get(resolveSettingNames(queueName, queueName));
    if (listener) track(deliverMessage(registry, listener, message));
    else
      registry.log(
        "warning",
        "system",
        `No function listens to the queue '${queueName}'; a message is dropped.`,
      );
  };
}
