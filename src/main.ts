import { setFlagsFromString } from "node:v8";
import { app } from "@azure/functions";
import { composeTelemetry } from "./app/telemetry.ts";
import { readTelemetrySettings } from "./config/read-telemetry-settings.ts";
import { readSelfTestSchedule } from "./config/read-self-test.ts";
import { createAppAccess } from "./app/lazy-app.ts";
import { routes } from "./http/routes.ts";
import { runScheduledSelfTest } from "./health/self-test/self-test.ts";
import { serve } from "./http/serve.ts";

/** The platform waits five seconds in all; the engine may take up to two of them. */
const telemetryGraceMs = 2_000;

/*
 * On a machine with room, V8 lets garbage grow to several times of what is in use: measured under load,
 * 410 MB instead of 270. An instance is paid by its memory, and the small ones have 512 MB in all.
 * Not at once: a cold start would take a tenth longer.
 */
setTimeout(() => setFlagsFromString("--heap-growing-percent=30"), 30_000).unref();

/*
 * Nothing here may throw: before the first app.http it would mean an app without functions, and no
 * error to see in Azure. So the app is composed at the first request.
 */
const running = composeTelemetry(readTelemetrySettings());
const access = createAppAccess({ telemetry: running.telemetry });

// with the capability the host does not forward what the worker sends itself
app.setup({ enableHttpStream: true, capabilities: { WorkerOpenTelemetryEnabled: true } });
app.hook.appTerminate(async () => {
  await access.made()?.generations.close();
  await running.close(telemetryGraceMs);
});

for (const route of routes) {
  app.http(route.name, {
    route: route.path,
    // what a route does not do is registered too, to be answered in words: the host's own answer would be an empty 404
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    authLevel: "anonymous",
    handler: serve(route, access),
  });
}

// the schedule itself: a name in percent signs would stop the whole app where the setting is missing
const schedule = readSelfTestSchedule();
if (schedule !== undefined) {
  app.timer("self-test", {
    schedule,
    handler: ({ scheduleStatus }, { invocationId, traceContext }) =>
      runScheduledSelfTest(
        {
          requestId: invocationId,
          traceParent: traceContext?.traceParent,
          next: scheduleStatus?.next,
        },
        access,
      ),
  });
}
