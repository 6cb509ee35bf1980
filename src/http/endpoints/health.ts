import * as z from "zod";
import type { AppAccess } from "../../app/lazy-app.ts";
import { readTelemetrySettings } from "../../config/read-telemetry-settings.ts";
import { platformFacts } from "../../health/platform-facts.ts";
import type { PlatformFacts } from "../../health/platform-facts.ts";
import { reportHealth } from "../../health/report-health.ts";
import type { Health } from "../../health/report-health.ts";
import { applySelfTest } from "../../health/self-test/apply-self-test.ts";
import { withAttributes } from "../../telemetry/with-attributes.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import { messageOf, toAppError } from "../../shared/app-error.ts";
import { holdsKey } from "../admit.ts";
import { jsonResponse } from "../response.ts";
import type { Route } from "../route.ts";

const timeoutMs = 40_000;

const healthReport = z.object({
  status: z.enum(["ok", "degraded", "unready"]),
  generation: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional().describe("For holders of the function key."),
});

/** `GET /api/health`: the status for everybody, the details for holders of the function key. */
export const healthRoute: Route = {
  name: "health",
  path: "api/health",
  operations: {
    GET: {
      summary: "Tells whether questions can be answered",
      description:
        "With `deep=1` and the function key, the self-test is run now and its results are in the details; without the key, `deep` is ignored.",
      open: true,
      answers: [
        { status: 200, about: "They can, if perhaps not from all of the knowledge.", schema: healthReport },
        { status: 503, about: "They cannot.", schema: healthReport },
      ],
      errors: [],
      handle: async ({ access, request, synthetic, telemetry }) => {
        const keyHeld = holdsKey(request, access.functionKey());
        const deep = keyHeld && /^(?:1|true)$/i.test(request.query.get("deep") ?? "");
        const { details, ...open } = await report(access, { deep: deep ? telemetry : undefined, synthetic });
        const status = open.status === "unready" ? 503 : 200;
        if (!keyHeld) return jsonResponse(status, open);
        return jsonResponse(status, { ...open, details: { ...details, platform: await platform(access) } });
      },
    },
  },
};

interface HealthRequest {
  /** Runs the self-test now, and tells this what it finds. */
  readonly deep: Telemetry | undefined;
  /** The self-test itself asks: what it found last is nothing to it. */
  readonly synthetic: boolean;
}

const report = async (access: AppAccess, { deep, synthetic }: HealthRequest): Promise<Health> => {
  try {
    const app = await access();
    const ran =
      deep && (await access.selfTest.runNow(withAttributes(deep, { synthetic: true })).catch(messageOf));
    const answers = app.config.model ? `model ${app.config.model.model}` : "extractive";
    const found = await reportHealth(app, AbortSignal.timeout(timeoutMs));
    const { details, ...open } =
      typeof ran === "object"
        ? applySelfTest(found, ran, undefined)
        : applySelfTest(found, synthetic ? undefined : await access.selfTest.last(), access.processId);
    const notRun = typeof ran === "string" ? { selfTest: `It could not be run: ${ran}` } : {};
    const telemetry = readTelemetrySettings().applicationInsights ? "Application Insights" : "none";
    return { ...open, details: { ...details, ...notRun, answers, telemetry } };
  } catch (error) {
    return { status: "unready", details: { errorCode: toAppError(error).code, problem: messageOf(error) } };
  }
};

/** Of wrong settings nothing is known, but the machine is. */
const platform = (access: AppAccess): Promise<PlatformFacts> => {
  const config = access.made()?.config;
  const snapshots = config?.snapshots;
  return platformFacts({
    shareFolder: snapshots?.kind === "folder" ? snapshots.folder : undefined,
    dataFolder: config?.dataFolder,
    firstAnswer: access.firstAnswer.value,
  });
};
