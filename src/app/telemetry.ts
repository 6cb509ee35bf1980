import type * as azureMonitorTelemetry from "../adapters/azure-monitor/azure-monitor-telemetry.ts";
import type { RunningTelemetry } from "../adapters/azure-monitor/azure-monitor-telemetry.ts";
import { createConsoleTelemetry } from "../adapters/console-telemetry.ts";
import type { TelemetrySettings } from "../config/read-telemetry-settings.ts";
import { logOnly } from "../telemetry/silent.ts";
import { messageOf } from "../shared/app-error.ts";

/**
 * Starts the telemetry, before all else. Never throws: what cannot be sent is printed, since an app
 * that does not start for want of telemetry would be the worse trade.
 */
export const composeTelemetry = ({ logFormat, applicationInsights }: TelemetrySettings): RunningTelemetry => {
  const printed =
    logFormat === "none" ? logOnly(() => undefined) : createConsoleTelemetry({ format: logFormat });
  if (!applicationInsights) return { telemetry: printed, close: () => Promise.resolve() };
  try {
    // eslint-disable-next-line typescript/no-require-imports -- a bundle of its own, needed before anything may wait
    const azureMonitor =
      require("../adapters/azure-monitor/azure-monitor-telemetry.ts") as typeof azureMonitorTelemetry;
    return azureMonitor.startAzureMonitorTelemetry({
      ...applicationInsights,
      echo: (record) => printed.log(record),
    });
  } catch (error) {
    const fallback = createConsoleTelemetry({ format: "text" });
    fallback.log({
      severity: "error",
      message: `[ERROR] telemetry cannot be sent: ${messageOf(error)}`,
      attributes: { stage: "telemetry" },
    });
    return { telemetry: fallback, close: () => Promise.resolve() };
  }
};
