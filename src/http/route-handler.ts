import type { AppAccess } from "../app/lazy-app.ts";
import { withAttributes } from "../telemetry/with-attributes.ts";
import { AppError } from "../shared/app-error.ts";
import { admit } from "./admit.ts";
import type { AdmissionPolicy } from "./admit.ts";
import { corsHeaders, preflightResponse } from "./cors.ts";
import type { IncomingRequest, OutgoingResponse } from "./request.ts";
import { respond } from "./response.ts";
import type { Method, Route } from "./route.ts";
import { selfTestHeader } from "../health/self-test/mark.ts";

/** For the pages that are to be seen when the settings are wrong. */
const unconfigured = { requestTimeoutMs: 60_000, apiKeys: [], allowedOrigins: [] };

export interface RequestContext {
  /** Names the request in logs and in the response. */
  readonly requestId: string;
  /** The W3C `traceparent` of the host's span, where there is one. */
  readonly traceParent?: string | undefined;
}

/** Answers requests of one route, whichever host they came through. Never throws. */
export type RouteHandler = (request: IncomingRequest, context: RequestContext) => Promise<OutgoingResponse>;

/** Handles a route: admission first, then a deadline; every failure is a response in the protocol's own form. */
export const createRouteHandler =
  (route: Route, access: AppAccess): RouteHandler =>
  async (request, { requestId, traceParent }) => {
    const startedAt = performance.now();
    const method = request.method === "HEAD" ? "GET" : request.method;
    const operation = route.operations[method as Method];
    const open = operation === undefined || operation.open === true;
    const synthetic = access.selfTestMark().isOn(request);
    const telemetry = withAttributes(access.telemetry.below(traceParent), {
      requestId,
      operation: route.name,
      ...(synthetic ? { synthetic } : {}),
    });
    const response = await respond({ requestId, telemetry, errorForm: route.errorForm }, async () => {
      const config = open ? configOrNone(access) : access.config();
      admit(request, config, { open });
      if (request.method === "OPTIONS") return preflightResponse(request, methodsOf(route));
      if (!operation) throw methodNotAllowed(route, request);
      const signal = AbortSignal.timeout(config.requestTimeoutMs);
      try {
        return await operation.handle({ access, request, requestId, synthetic, telemetry, signal });
      } catch (error) {
        if (!signal.aborted || error instanceof AppError) throw error;
        throw new AppError("deadline_exceeded", "The request took too long.", { cause: error });
      }
    });
    if (!open && response.status === 200) access.firstAnswer.note(startedAt);
    return withHeaders(response, {
      ...corsHeaders(request, configOrNone(access)),
      // whom the self-test's findings are about
      ...(request.headers.get(selfTestHeader) === null ? {} : { "x-colophon-process": access.processId }),
      ...(response.status === 405 ? { allow: methodsOf(route).join(", ") } : {}),
    });
  };

const configOrNone = (access: AppAccess): AdmissionPolicy & { readonly requestTimeoutMs: number } => {
  try {
    return access.config();
  } catch {
    return unconfigured;
  }
};

const methodsOf = ({ operations }: Route): readonly string[] => [
  ...Object.keys(operations),
  ...(operations.GET ? ["HEAD"] : []),
];

const methodNotAllowed = (route: Route, { method }: IncomingRequest): AppError => {
  const instead = route.operations.POST ? "send a POST with a JSON body" : "send a GET";
  return new AppError("method_not_allowed", `${method} is not supported here; ${instead}.`);
};

const withHeaders = (response: OutgoingResponse, more: OutgoingResponse["headers"]): OutgoingResponse => ({
  ...response,
  headers: { ...response.headers, ...more, ...vary(response.headers["vary"], more["vary"]) },
});

const vary = (...names: readonly (string | undefined)[]): OutgoingResponse["headers"] => {
  const all = names.filter(Boolean).join(", ");
  return all ? { vary: all } : {};
};
