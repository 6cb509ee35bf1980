import type { Attributes, Telemetry } from "../ports/telemetry.ts";

/** The same telemetry, with attributes that all its records carry. */
export const withAttributes = (telemetry: Telemetry, attributes: Attributes): Telemetry => ({
  log: (record) => telemetry.log({ ...record, attributes: { ...attributes, ...record.attributes } }),
  startSpan: (name, options) => {
    const span = telemetry.startSpan(name, {
      ...options,
      attributes: { ...attributes, ...options?.attributes },
    });
    return { telemetry: withAttributes(span.telemetry, attributes), end: (outcome) => span.end(outcome) };
  },
  measure: (metric, value, own) => telemetry.measure(metric, value, { ...attributes, ...own }),
  event: (name, own) => telemetry.event(name, { ...attributes, ...own }),
  availability: (result) =>
    telemetry.availability({ ...result, attributes: { ...attributes, ...result.attributes } }),
  below: (traceParent) => withAttributes(telemetry.below(traceParent), attributes),
});
