import { randomUUID } from "node:crypto";
import type { OutgoingResponse } from "./request.ts";
import { openApiPath } from "./openapi.ts";
import type { AppAccess } from "../app/lazy-app.ts";
import { createRouteHandler } from "./route-handler.ts";
import { routes } from "./routes.ts";

export interface HttpApp {
  /** Answers a request as the deployed app does. Never throws. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/** All routes behind one function from request to response: the app without a host, a process or a port. */
export const createHttpApp = (access: AppAccess): HttpApp => {
  // a path that names a parameter would take the place of one spelled out
  const handlers = routes
    .map((route) => ({ pattern: patternOf(route.path), handle: createRouteHandler(route, access) }))
    .toSorted((one, other) => one.pattern.parameters - other.pattern.parameters);
  return {
    fetch: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      for (const { pattern, handle } of handlers) {
        const match = pattern.path.exec(pathname);
        if (!match) continue;
        const { method, url, headers, body } = request;
        const params = Object.fromEntries(
          Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)]),
        );
        const incoming = { method, url, headers, query: searchParams, params, body };
        return toResponse(await handle(incoming, { requestId: randomUUID() }), method);
      }
      return new Response(null, { status: 404 });
    },
  };
};

const patternOf = (path: string): { readonly path: RegExp; readonly parameters: number } => {
  const [plain, names] = [openApiPath(path), [...openApiPath(path).matchAll(/\{(\w+)\}/g)]];
  const pattern = plain.replaceAll(".", String.raw`\.`).replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return { path: new RegExp(`^${pattern}/?$`), parameters: names.length };
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const toResponse = ({ status, headers, body }: OutgoingResponse, method: string): Response =>
  new Response(method === "HEAD" ? null : (body ?? null), { status, headers });
