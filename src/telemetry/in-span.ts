import { AsyncLocalStorage } from "node:async_hooks";
import { silentTelemetry } from "./silent.ts";
import type { SpanOptions, SpanOutcome, Telemetry } from "../ports/telemetry.ts";

const scope = new AsyncLocalStorage<Telemetry>();

/**
 * The telemetry of the step that is under way: what tells an outgoing call below which step it
 * stands, without every signature in between having to carry it.
 */
export const currentTelemetry = (): Telemetry => scope.getStore() ?? silentTelemetry;

/** Runs work as part of a step that was started by hand. */
export const withTelemetry = <T>(telemetry: Telemetry, work: () => T): T => scope.run(telemetry, work);

interface Step<T> extends SpanOptions {
  /** What is worth keeping of the step's result. */
  readonly outcome?: (result: T) => SpanOutcome;
}

/** Runs work as a step below `telemetry`; a throw ends it as failed and goes on. */
export const inSpan = async <T>(
  telemetry: Telemetry,
  name: string,
  { outcome, ...options }: Step<T>,
  work: (telemetry: Telemetry) => Promise<T>,
): Promise<T> => {
  const span = telemetry.startSpan(name, options);
  try {
    const result = await withTelemetry(span.telemetry, () => work(span.telemetry));
    span.end(outcome?.(result));
    return result;
  } catch (error) {
    span.end({ error });
    throw error;
  }
};
