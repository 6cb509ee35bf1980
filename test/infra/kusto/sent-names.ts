import type { Envelope } from "../../../src/cli/support/ingestion-server.ts";
import type { NameUse } from "./names-in.ts";

const tableOf: Readonly<Record<string, string>> = {
  AvailabilityData: "availabilityResults",
  EventData: "customEvents",
  ExceptionData: "exceptions",
  MessageData: "traces",
  MetricData: "customMetrics",
  RemoteDependencyData: "dependencies",
  RequestData: "requests",
};

interface Row {
  readonly table: string | undefined;
  readonly name: string;
  readonly message: string;
  readonly customDimensions: Readonly<Record<string, string>>;
}

/** What was received, as the rows that Azure makes of it. */
export const rowsOf = (envelopes: readonly Envelope[]): readonly Row[] =>
  envelopes.flatMap(({ data: { baseType, baseData } }) => {
    const { name = "", message = "", metrics = [], properties = {} } = baseData;
    const row = { table: tableOf[baseType], name, message, customDimensions: properties };
    return metrics.length > 0 ? metrics.map((metric) => ({ ...row, name: metric.name })) : [row];
  });

/** Whether a row is among those that a query looks for. */
export const wasSent = (
  rows: readonly Row[],
  { tables, kind, attribute = "", text, begins }: NameUse,
): boolean =>
  rows.some(({ table = "", name, message, customDimensions }) => {
    if (!tables.includes(table)) return false;
    if (kind === "attribute") return text in customDimensions;
    if (kind === "value") return customDimensions[attribute] === text;
    const given = kind === "name" ? name : message;
    return begins ? given.startsWith(text) : given === text;
  });
