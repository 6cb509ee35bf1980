import type { Telemetry } from "../ports/telemetry.ts";

/** Telemetry that keeps log records alone, and events where somebody takes them. */
export const logOnly = (log: Telemetry["log"], event: Telemetry["event"] = () => undefined): Telemetry => {
  const telemetry: Telemetry = {
    log,
    startSpan: () => ({ telemetry, end: () => undefined }),
    measure: () => undefined,
    event,
    availability: () => undefined,
    below: () => telemetry,
  };
  return telemetry;
};

/** For commands that say themselves what they do. */
export const silentTelemetry: Telemetry = logOnly(() => undefined);
