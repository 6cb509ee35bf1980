import type { HttpHandler, HttpRequest } from "@azure/functions";
import type { AdmissionPolicy } from "../http/admit.ts";
import { admit } from "../http/admit.ts";
import { corsHeaders, preflightResponse } from "../http/cors-headers.ts";
import type { IncomingRequest, OutgoingResponse } from "../http/incoming-request.ts";
import { respond } from "../http/respond.ts";
import type { Method } from "../http/route-description.ts";
import { selfTestHeader } from "../http/self-test-mark.ts";
import { withAttributes } from "../ports/telemetry.ts";
import { AppError } from "../shared/app-error.ts";
import type { AppAccess } from "./app-access.ts";
import type { Route } from "./route.ts";

/** For the pages that are to be seen when the settings are wrong. */
const unconfigured = { requestTimeoutMs: 60_000, apiKeys: [], allowedOrigins: [] };

/** Serves a route: admission first, a deadline, and every failure a response in the protocol's own form. */
export const serve =
  (route: Route, access: AppAccess): HttpHandler =>
  async (httpRequest, { invocationId: requestId, traceContext }) => {
    const began = performance.now();
    const request = toIncomingRequest(httpRequest);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const operation = route.operations[method as Method];
    const open = operation === undefined || operation.open === true;
    const synthetic = access.selfTestMark().isOn(request);
    const telemetry = withAttributes(access.telemetry.below(traceContext?.traceParent), {
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
    if (!open && response.status === 200) access.firstAnswer.note(began);
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

const toIncomingRequest = (request: HttpRequest): IncomingRequest => ({
  method: request.method,
  url: request.url,
  headers: request.headers,
  query: request.query,
  params: request.params,
  body: request.body as AsyncIterable<Uint8Array> | null,
});
