import { allowsOrigin } from "./admit.ts";
import type { AdmissionPolicy } from "./admit.ts";
import type { IncomingRequest, OutgoingResponse } from "./request.ts";

type Addressed = Pick<IncomingRequest, "url" | "headers">;

const exposed = "x-request-id, x-error-code, retry-after, www-authenticate";

/** What lets a page of an allowed origin read a response. Caches have to know that it depends on the origin. */
export const corsHeaders = (
  request: Addressed,
  { allowedOrigins }: AdmissionPolicy,
): Readonly<Record<string, string>> => {
  const origin = request.headers.get("origin");
  if (origin === null || !allowsOrigin(origin, request, allowedOrigins)) return { vary: "origin" };
  return {
    vary: "origin",
    "access-control-allow-origin": origin,
    "access-control-expose-headers": exposed,
  };
};

/** The answer to a browser that asks, before it sends a request, whether it may. */
export const preflightResponse = (request: Addressed, methods: readonly string[]): OutgoingResponse => {
  const wanted = request.headers.get("access-control-request-headers") ?? "";
  return {
    status: 204,
    headers: {
      allow: methods.join(", "),
      "access-control-allow-methods": methods.join(", "),
      // whatever an SDK adds of its own: the origin is allowed, and no header means more here than it says
      "access-control-allow-headers": /^[\w\-, ]+$/.test(wanted) ? wanted : "authorization, content-type",
      "access-control-max-age": "600",
    },
  };
};
