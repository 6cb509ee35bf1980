import { compileConstraint } from "./compile-constraint.ts";
import type { Constraint } from "./compile-constraint.ts";

export interface Route {
  /** The parameters of a path that this route matches, else undefined. */
  match(path: string): Readonly<Record<string, string>> | undefined;
  /** Two routes of one shape match the same paths. */
  readonly shape: string;
  /** Routes of lower rank are tried first: literals, then constrained parameters, then others. */
  readonly rank: string;
}

interface Parameter {
  readonly name: string;
  readonly constraints: readonly Constraint[];
}

interface Segment {
  readonly pattern: RegExp;
  readonly parameters: readonly Parameter[];
  readonly isOptional: boolean;
  readonly isCatchAll: boolean;
  readonly shape: string;
  readonly rank: string;
}

const parameterPattern = /\{(\*{0,2})([a-z_]\w*)((?::[a-z]+(?:\([^()]*\))?)*)(\?)?\}/gi;

/** Compiles an ASP.NET route template such as `items/{id:int}/{*rest}`. */
export function compileRoute(template: string): Route {
  const segments = template.split("/").filter(Boolean).map(compileSegment);
  const misplaced = segments.slice(0, -1).find((segment) => segment.isCatchAll || segment.isOptional);
  if (misplaced)
    throw new Error(`only the last segment of the route '${template}' may be optional or catch all`);
  return {
    match: (path) => matchSegments(segments, path),
    shape: segments.map((segment) => segment.shape).join("/"),
    rank: segments.map((segment) => segment.rank).join(""),
  };
}

function compileSegment(text: string): Segment {
  const parameters: Parameter[] = [];
  let pattern = "";
  let shape = "";
  let end = 0;
  let stars = "";
  let isOptional = false;
  for (const match of text.matchAll(parameterPattern)) {
    const [whole, leading = "", name = "", constraints = "", optional] = match;
    const literal = text.slice(end, match.index);
    pattern += `${escapePattern(literal)}(${leading ? ".*" : ".+"})`;
    shape += `${literal.toLowerCase()}{${leading && "*"}${constraints.toLowerCase()}${optional ?? ""}}`;
    end = match.index + whole.length;
    stars += leading;
    isOptional ||= optional !== undefined;
    const parts = constraints.match(/[a-z]+(?:\([^()]*\))?/gi) ?? [];
    parameters.push({ name, constraints: parts.map(compileConstraint) });
  }
  const tail = text.slice(end);
  if (/[{}]/.test(tail) || /[{}]/.test(shape.replaceAll(/\{[^{}]*\}/g, ""))) {
    throw new Error(`the route segment '${text}' is not one this host understands`);
  }
  return {
    pattern: new RegExp(`^${pattern}${escapePattern(tail)}$`, "is"),
    parameters,
    isOptional,
    isCatchAll: stars !== "",
    shape: shape + tail.toLowerCase(),
    rank: rankSegment(parameters, stars !== "", isOptional),
  };
}

function rankSegment(parameters: readonly Parameter[], isCatchAll: boolean, isOptional: boolean): string {
  if (parameters.length === 0) return "1";
  const isConstrained = parameters.some((parameter) => parameter.constraints.length > 0);
  return String((isCatchAll ? 6 : 2) + (isConstrained ? 0 : 1) + (isOptional ? 2 : 0));
}

function matchSegments(segments: readonly Segment[], path: string): Record<string, string> | undefined {
  const parts = path.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (parts.length === 1 && parts[0] === "") parts.pop();
  const values: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const rest = segment.isCatchAll ? parts.splice(index).join("/") : parts[index];
    if (rest === undefined || (segment.isCatchAll && rest === "")) {
      if (segment.isOptional || segment.isCatchAll) continue;
      return undefined;
    }
    const match = segment.pattern.exec(decode(rest));
    if (!match) return undefined;
    for (const [position, parameter] of segment.parameters.entries()) {
      const value = match[position + 1] ?? "";
      if (!parameter.constraints.every((isMet) => isMet(value))) return undefined;
      values[parameter.name] = value;
    }
  }
  return parts.length > segments.length ? undefined : values;
}

// an encoded slash stays encoded, as it would otherwise cut the path elsewhere
function decode(text: string): string {
  try {
    return text
      .split(/(%2f)/i)
      .map((part) => (/^%2f$/i.test(part) ? part : decodeURIComponent(part)))
      .join("");
  } catch {
    return text;
  }
}

function escapePattern(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
