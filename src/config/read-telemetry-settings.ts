import { settings } from "./settings.ts";

export interface TelemetrySettings {
  readonly logFormat: "text" | "json" | "none";
  readonly applicationInsights:
    | { readonly connectionString: string; readonly authentication: string | undefined }
    | undefined;
}

/** What the SDK would do beside its work: report on itself, and look for machines that are not there. */
const quiet = {
  APPLICATION_INSIGHTS_NO_STATSBEAT: "1",
  APPLICATIONINSIGHTS_SDKSTATS_DISABLED: "true",
  OTEL_NODE_RESOURCE_DETECTORS: "env,azure_app_service,azure_functions",
};

/**
 * Read apart from the rest, and before it: telemetry has to be there to tell what is wrong with the
 * rest. What is not valid counts as unset here, and is reported with all other settings.
 */
export const readTelemetrySettings = (): TelemetrySettings => {
  const read = <T>(name: keyof typeof settings, schema: { safeParse(value: unknown): { data?: T } }) =>
    schema.safeParse(process.env[name]?.trim() || undefined).data;
  const connectionString = read(
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    settings.APPLICATIONINSIGHTS_CONNECTION_STRING.schema,
  );
  const logFormat =
    read("LOG_FORMAT", settings.LOG_FORMAT.schema) ?? (connectionString === undefined ? "text" : "none");
  if (connectionString === undefined) return { logFormat, applicationInsights: undefined };
  for (const [name, value] of Object.entries(quiet)) process.env[name] ??= value;
  if (!process.env["WEBSITE_SITE_NAME"]) process.env["OTEL_SERVICE_NAME"] ??= "colophon";
  const authentication = read(
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    settings.APPLICATIONINSIGHTS_AUTHENTICATION_STRING.schema,
  );
  return { logFormat, applicationInsights: { connectionString, authentication } };
};
