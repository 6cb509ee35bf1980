import type { Envelope } from "../../support/ingestion-server.ts";
import type { Called, NameUse } from "./names-in.ts";

const tableOf: Readonly<Record<string, string>> = {
  AvailabilityData: "availabilityResults",
  EventData: "customEvents",
  ExceptionData: "exceptions",
  MessageData: "traces",
  MetricData: "customMetrics",
  RemoteDependencyData: "dependencies",
  RequestData: "requests",
};

export interface Row {
  readonly table: string | undefined;
  readonly name: string;
  readonly message: string;
  /** Of a metric. */
  readonly value?: number;
  readonly customDimensions: Readonly<Record<string, string>>;
}

/** What was received, as the rows that Azure makes of it. */
export const rowsOf = (envelopes: readonly Envelope[]): readonly Row[] =>
  envelopes.flatMap(({ data: { baseType, baseData } }) => {
    const { name = "", message = "", metrics = [], properties = {} } = baseData;
    const row = { table: tableOf[baseType], name, message, customDimensions: properties };
    return metrics.length > 0
      ? metrics.map((metric) => ({ ...row, name: metric.name, value: metric.value }))
      : [row];
  });

/** Whether a row is among those that a query looks for. */
export const wasSent = (
  rows: readonly Row[],
  { tables, among, kind, attribute = "", text, begins }: NameUse,
): boolean =>
  rows.some((row) => {
    const { table = "", customDimensions } = row;
    if (!tables.includes(table)) return false;
    if (kind === "name" || kind === "message") return isCalled(row, { kind, text, begins });
    // where the query has picked its rows, one of the others that has it is of no use
    if (among.length > 0 && !among.some((which) => isCalled(row, which))) return false;
    return kind === "attribute" ? text in customDimensions : customDimensions[attribute] === text;
  });

const isCalled = ({ name, message }: Row, { kind, text, begins }: Called): boolean => {
  const given = kind === "name" ? name : message;
  return begins ? given.startsWith(text) : given === text;
};
