import type { IncomingMessage } from "node:http";

/** The URL a request asks for; undefined when its target or Host header is not one. */
export function parseTarget(request: IncomingMessage, fallbackHost: string): URL | undefined {
  const target = request.url ?? "/";
  const origin = `http://${request.headers.host || fallbackHost}`;
  try {
    // a target that starts with // is a path here, not another host
    return target.startsWith("/") ? new URL(origin + target) : new URL(target);
  } catch {
    return undefined;
  }
}
