export type Severity = "debug" | "information" | "warning" | "error";

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface TelemetryRecord {
  readonly severity: Severity;
  readonly message: string;
  /** Stand beside the text, so that a query never has to take a message apart. */
  readonly attributes?: Attributes;
}

/** Where the app says what it does. Never throws, never waits. */
export interface Telemetry {
  log(record: TelemetryRecord): void;
}

/** The same telemetry, with attributes that every record of it carries. */
export const withAttributes = (telemetry: Telemetry, attributes: Attributes): Telemetry => ({
  log: (record) => telemetry.log({ ...record, attributes: { ...attributes, ...record.attributes } }),
});
