import type { HttpHandler } from "@azure/functions";
import { reportHealth } from "../health/report-health.ts";
import type { Health } from "../health/report-health.ts";
import { holdsKey } from "../http/holds-key.ts";
import { jsonResponse } from "../http/json-response.ts";
import { messageOf, toAppError } from "../shared/app-error.ts";
import type { AppAccess } from "./app-access.ts";

const timeoutMs = 40_000;

/** `GET /api/health`: the status for everybody, the details for whoever holds the function key. */
export const health =
  (access: AppAccess, functionKey: () => string | undefined): HttpHandler =>
  async (request) => {
    const { details, ...open } = await report(access);
    const shown = holdsKey(request, functionKey()) ? { ...open, details } : open;
    return jsonResponse(open.status === "unready" ? 503 : 200, shown);
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
