import { compileRoute } from "./compile-route.ts";
import type { Route } from "./compile-route.ts";
import type { RegisteredFunction } from "./core-module.ts";
import { errorMessage } from "./error-message.ts";
import { findTrigger } from "./find-trigger.ts";

export interface RouteMatch {
  readonly registered: RegisteredFunction;
  readonly params: Readonly<Record<string, string>>;
}

export interface RouteTable {
  find(method: string, path: string): RouteMatch | undefined;
}

interface Entry {
  readonly route: Route;
  readonly methods: ReadonlySet<string>;
  readonly registered: RegisteredFunction;
}

/** Compiles the routes of the HTTP functions, and refuses two functions on the same route and method. */
export function createRouteTable(functions: readonly RegisteredFunction[], routePrefix: string): RouteTable {
  const owners = new Map<string, string>();
  const entries: Entry[] = [];
  for (const registered of functions) {
    const { name } = registered.metadata;
    const { type, binding } = findTrigger(registered.metadata);
    if (type !== "httptrigger") continue;
    const route = compile(`${routePrefix}/${binding.route || name}`, name);
    const methods = new Set((binding.methods ?? ["GET", "POST"]).map((method) => method.toUpperCase()));
    for (const method of methods) {
      const key = `${method} /${route.shape}`;
      const owner = owners.get(key);
      if (owner)
        throw new Error(`The function '${name}' has the same route and method as '${owner}': ${key}.`);
      owners.set(key, name);
    }
    entries.push({ route, methods, registered });
  }
  entries.sort((one, other) => (one.route.rank < other.route.rank ? -1 : 1));

  return {
    find(method, path) {
      for (const { route, methods, registered } of entries) {
        const params = methods.has(method) ? route.match(path) : undefined;
        if (params) return { registered, params };
      }
      return undefined;
    },
  };
}

function compile(template: string, functionName: string): Route {
  try {
    return compileRoute(template);
  } catch (error) {
    throw new Error(`The route of the function '${functionName}' is refused: ${errorMessage(error)}.`, {
      cause: error,
    });
  }
}
