import * as z from "zod";
import { readFunctionKey } from "../config/read-function-key.ts";
import { platformFacts } from "../health/platform-facts.ts";
import type { PlatformFacts } from "../health/platform-facts.ts";
import { reportHealth } from "../health/report-health.ts";
import type { Health } from "../health/report-health.ts";
import { holdsKey } from "../http/holds-key.ts";
import { jsonResponse } from "../http/json-response.ts";
import { messageOf, toAppError } from "../shared/app-error.ts";
import type { AppAccess } from "./app-access.ts";
import type { Route } from "./route.ts";

const timeoutMs = 40_000;

const healthReport = z.object({
  status: z.enum(["ok", "degraded", "unready"]),
  generation: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional().describe("For whoever holds the function key."),
});

/** `GET /api/health`: the status for everybody, the details for whoever holds the function key. */
export const healthRoute: Route = {
  name: "health",
  path: "api/health",
  operations: {
    GET: {
      summary: "Tells whether questions can be answered",
      open: true,
      answers: [
        { status: 200, about: "They can, if perhaps not from all of the knowledge.", schema: healthReport },
        { status: 503, about: "They cannot.", schema: healthReport },
      ],
      errors: [],
      handle: async ({ access, request }) => {
        const { details, ...open } = await report(access);
        const status = open.status === "unready" ? 503 : 200;
        if (!holdsKey(request, readFunctionKey())) return jsonResponse(status, open);
        return jsonResponse(status, { ...open, details: { ...details, platform: await platform(access) } });
      },
    },
  },
};

const report = async (access: AppAccess): Promise<Health> => {
  try {
    const app = await access();
    const answers = app.config.model ? `model ${app.config.model.model}` : "extractive";
    const { details, ...open } = await reportHealth(app, AbortSignal.timeout(timeoutMs));
    return { ...open, details: { ...details, answers } };
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
