export interface RouteTemplate {
  /** The parameters of a path that this template matches; `undefined` for any other path. */
  match(path: string): Readonly<Record<string, string>> | undefined;
  /** Equal for two templates that match the same paths. */
  readonly shape: string;
  /** The template of lower rank is tried first: literals, then constrained parameters, then other parameters. */
  readonly rank: string;
}

type Constraint = (value: string) => boolean;

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

/** `{name}`, `{name:constraint(1,2)}`, `{name?}`, `{*name}`. */
const parameterPattern = /\{(\*{0,2})([a-z_]\w*)((?::[a-z]+(?:\([^()]*\))?)*)(\?)?\}/gi;

/** Compiles an ASP.NET route template such as `items/{id:int}/{*rest}`; throws on what it cannot read. */
export const compileTemplate = (template: string): RouteTemplate => {
  const segments = template.split("/").filter(Boolean).map(compileSegment);
  if (segments.slice(0, -1).some((segment) => segment.isCatchAll || segment.isOptional)) {
    throw new Error(`only the last segment of the route '${template}' may be optional or catch all`);
  }
  return {
    match: (path) => matchSegments(segments, path),
    shape: segments.map((segment) => segment.shape).join("/"),
    rank: segments.map((segment) => segment.rank).join(""),
  };
};

const compileSegment = (text: string): Segment => {
  const parameters: Parameter[] = [];
  let pattern = "";
  let shape = "";
  let end = 0;
  let isCatchAll = false;
  let isOptional = false;
  for (const match of text.matchAll(parameterPattern)) {
    const [whole, stars = "", name = "", constraints = "", optional] = match;
    const literal = text.slice(end, match.index);
    pattern += `${escapePattern(literal)}(${stars ? ".*" : ".+"})`;
    shape += `${literal.toLowerCase()}{${stars && "*"}${constraints.toLowerCase()}${optional ?? ""}}`;
    end = match.index + whole.length;
    isCatchAll ||= stars !== "";
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
    isCatchAll,
    shape: shape + tail.toLowerCase(),
    rank: rankOf({ parameters, isCatchAll, isOptional }),
  };
};

const rankOf = ({
  parameters,
  isCatchAll,
  isOptional,
}: Pick<Segment, "parameters" | "isCatchAll" | "isOptional">): string => {
  if (parameters.length === 0) return "1";
  const isConstrained = parameters.some((parameter) => parameter.constraints.length > 0);
  return String((isCatchAll ? 6 : 2) + (isConstrained ? 0 : 1) + (isOptional ? 2 : 0));
};

const matchSegments = (
  segments: readonly Segment[],
  path: string,
): Readonly<Record<string, string>> | undefined => {
  const parts = path.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (parts.length === 1 && parts[0] === "") parts.pop();
  const values: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = segment.isCatchAll ? parts.splice(index).join("/") : parts[index];
    if (text === undefined || (segment.isCatchAll && text === "")) {
      if (segment.isOptional || segment.isCatchAll) continue;
      return undefined;
    }
    const match = segment.pattern.exec(decode(text));
    if (!match) return undefined;
    for (const [position, { name, constraints }] of segment.parameters.entries()) {
      const value = match[position + 1] ?? "";
      if (!constraints.every((isMet) => isMet(value))) return undefined;
      values[name] = value;
    }
  }
  return parts.length > segments.length ? undefined : values;
};

/** Decodes a segment, except its encoded slashes: decoded, they would pass for the path's own. */
const decode = (text: string): string => {
  try {
    return text
      .split(/(%2f)/i)
      .map((part) => (/^%2f$/i.test(part) ? part : decodeURIComponent(part)))
      .join("");
  } catch {
    return text;
  }
};

const escapePattern = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

const valuePatterns: Readonly<Record<string, RegExp>> = {
  int: /^[+-]?\d{1,10}$/,
  long: /^[+-]?\d{1,19}$/,
  decimal: /^[+-]?\d+(?:\.\d+)?$/,
  double: /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i,
  float: /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i,
  bool: /^(?:true|false)$/i,
  alpha: /^[a-z]*$/i,
  guid: /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32}|\{[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\})$/i,
  required: /./s,
};

const comparisons: Readonly<Record<string, (value: string, first: number, second: number) => boolean>> = {
  length: (value, min, max) => value.length >= min && value.length <= max,
  minlength: (value, min) => value.length >= min,
  maxlength: (value, max) => value.length <= max,
  range: (value, min, max) => isInteger(value) && Number(value) >= min && Number(value) <= max,
  min: (value, min) => isInteger(value) && Number(value) >= min,
  max: (value, max) => isInteger(value) && Number(value) <= max,
};

const isInteger = (value: string): boolean => /^[+-]?\d+$/.test(value);

/** Compiles one constraint of a parameter, such as `int` or `range(1,9)`. */
const compileConstraint = (text: string): Constraint => {
  const [, name = "", argumentList] = /^([a-z]+)(?:\((.*)\))?$/i.exec(text) ?? [];
  const key = name.toLowerCase();
  const pattern = valuePatterns[key];
  if (pattern && argumentList === undefined) {
    return (value) => pattern.test(value) && (key !== "int" || Math.abs(Number(value)) < 2 ** 31);
  }
  const comparison = comparisons[key];
  const numbers = (argumentList ?? "").split(",").map((number) => Number(number.trim() || Number.NaN));
  // `length(3)` is `length(3,3)`
  const [first = Number.NaN, second = first] = numbers;
  if (!comparison || Number.isNaN(first) || Number.isNaN(second)) {
    throw new Error(`the route constraint '${text}' is not one this host understands`);
  }
  return (value) => comparison(value, first, second);
};
