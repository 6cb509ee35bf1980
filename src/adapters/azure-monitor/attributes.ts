import type { AnyValueMap } from "@opentelemetry/api-logs";
import type { Attributes, Availability, SpanOptions } from "../../ports/telemetry.ts";
import { messageOf } from "../../shared/app-error.ts";

type Values = Record<string, string | number | boolean>;

/** The app's own attributes as OpenTelemetry takes them; those of the self-test are marked so that Azure knows them too. */
export const ownAttributes = (attributes: Attributes = {}): Values => {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined) as [
    string,
    string | number | boolean,
  ][];
  const rounded = given.map(([name, value]) => [
    name,
    typeof value === "number" && name.endsWith("Ms") ? Math.round(value * 1_000) / 1_000 : value,
  ]);
  return {
    ...(Object.fromEntries(rounded) as Values),
    ...(attributes.synthetic === true ? { "user_agent.synthetic.type": "test" } : {}),
  };
};

/** What distinguishes numbers: not by what is another for each request, or nothing would be added up. */
export const metricAttributes = ({
  requestId: _request,
  answerId: _answer,
  generation: _generation,
  ...rest
}: Attributes = {}): Values => ownAttributes(rest);

/** What makes a record an exception. The causes are in its stack, and in words beside it. */
export const exceptionAttributes = (error: unknown): AnyValueMap => ({
  "exception.type": error instanceof Error ? error.name : "Error",
  "exception.message": error instanceof Error ? error.message : String(error),
  "exception.stacktrace": stackOf(error),
  errorCode: errorCodeOf(error),
  causes: messageOf(error),
});

/** By its name: this file is bundled apart from those that throw, and its class of errors is another one. */
export const errorCodeOf = (error: unknown): string => {
  if (typeof error === "string") return error;
  const isOurs = error instanceof Error && error.name === "AppError" && "code" in error;
  return isOurs ? String(error.code) : "internal";
};

const stackOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\nCaused by: ${stackOf(error.cause)}`;
};

/** An outgoing call, in the words from which the exporter makes target, result code and type. */
export const callAttributes = ({ method, url }: NonNullable<SpanOptions["call"]>): Values => {
  const { hostname, port, protocol, origin, pathname } = new URL(url);
  return {
    "http.request.method": method,
    // without its query: some servers take a key there
    "url.full": `${origin}${pathname}`,
    "server.address": hostname,
    "server.port": Number(port) || (protocol === "https:" ? 443 : 80),
  };
};

/** What makes a record an availability result. */
export const availabilityAttributes = ({
  name,
  success,
  durationMs,
  location,
  message,
}: Availability): AnyValueMap => ({
  "microsoft.availability.id": crypto.randomUUID(),
  "microsoft.availability.name": name,
  "microsoft.availability.duration": timeSpan(durationMs),
  "microsoft.availability.success": String(success),
  "microsoft.availability.runLocation": location,
  "microsoft.availability.message": message,
});

/** `00:00:01.234`, as the ingestion wants it. */
const timeSpan = (durationMs: number): string =>
  new Date(Math.max(0, durationMs)).toISOString().slice(11, 23);
