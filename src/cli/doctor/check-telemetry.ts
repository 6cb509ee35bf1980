import { messageOf } from "../../shared/app-error.ts";
import { ok, skipped, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

const timeoutMs = 10_000;

/** Whether telemetry has somewhere to go. */
export const checkTelemetry = async (connectionString: string | undefined): Promise<readonly Finding[]> => {
  if (!connectionString)
    return [skipped("telemetry", "APPLICATIONINSIGHTS_CONNECTION_STRING is not set: logs go to the console")];
  const remedy = 'Copy "Connection String" from the overview of the Application Insights resource.';
  const parts = new Map(
    connectionString.split(";").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()];
    }),
  );
  const endpoint = parts.get("ingestionendpoint") ?? "https://dc.services.visualstudio.com/";
  if (!URL.canParse(endpoint) || new URL(endpoint).protocol !== "https:") {
    return [
      wrong(
        "telemetry",
        "APPLICATIONINSIGHTS_CONNECTION_STRING has an IngestionEndpoint that is no https address.",
        remedy,
      ),
    ];
  }
  try {
    // nothing is sent: that anything answers is all that is asked
    const request = { method: "POST", headers: { "content-type": "application/json" }, body: "[]" };
    await fetch(new URL("v2.1/track", endpoint), { ...request, signal: AbortSignal.timeout(timeoutMs) });
    return [ok("telemetry", `${new URL(endpoint).host} answers`)];
  } catch (error) {
    const found = `${new URL(endpoint).host} cannot be reached, and telemetry is lost: ${messageOf(error)}.`;
    return [wrong("telemetry", found, "Let this machine reach it over https, or fix the connection string.")];
  }
};
