import { AppError, messageOf } from "../shared/app-error.ts";
import { findTrigger } from "./core.ts";
import type { RegisteredFunction } from "./core.ts";
import { compileTemplate } from "./route-template.ts";
import type { RouteTemplate } from "./route-template.ts";

export interface RouteMatch {
  readonly registered: RegisteredFunction;
  readonly params: Readonly<Record<string, string>>;
}

export interface RouteTable {
  /** The HTTP function for a method and a path, with the path's parameters. */
  find(method: string, path: string): RouteMatch | undefined;
}

/** Compiles the routes of the HTTP functions; refuses two functions with the same route and method. */
export const createRouteTable = (
  functions: readonly RegisteredFunction[],
  routePrefix: string,
): RouteTable => {
  const entries: {
    readonly template: RouteTemplate;
    readonly methods: ReadonlySet<string>;
    readonly registered: RegisteredFunction;
  }[] = [];
  const owners = new Map<string, string>();
  for (const registered of functions) {
    const { name } = registered.metadata;
    const { type, binding } = findTrigger(registered.metadata);
    if (type !== "httptrigger") continue;
    const template = compile(`${routePrefix}/${binding.route || name}`, name);
    const methods = new Set((binding.methods ?? ["GET", "POST"]).map((method) => method.toUpperCase()));
    for (const method of methods) {
      const key = `${method} /${template.shape}`;
      const owner = owners.get(key);
      if (owner !== undefined) {
        throw new AppError(
          "misconfigured",
          `The function '${name}' has the same route and method as '${owner}': ${key}.`,
        );
      }
      owners.set(key, name);
    }
    entries.push({ template, methods, registered });
  }
  entries.sort((one, other) => (one.template.rank < other.template.rank ? -1 : 1));

  return {
    find: (method, path) => {
      for (const { template, methods, registered } of entries) {
        const params = methods.has(method) ? template.match(path) : undefined;
        if (params) return { registered, params };
      }
      return undefined;
    },
  };
};

const compile = (template: string, functionName: string): RouteTemplate => {
  try {
    return compileTemplate(template);
  } catch (error) {
    throw new AppError(
      "misconfigured",
      `The route of the function '${functionName}' is refused: ${messageOf(error)}.`,
      { cause: error },
    );
  }
};
