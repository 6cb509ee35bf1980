export type Constraint = (value: string) => boolean;

const patterns: Readonly<Record<string, RegExp>> = {
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
  length: (value, first, second) => value.length >= first && value.length <= second,
  minlength: (value, first) => value.length >= first,
  maxlength: (value, first) => value.length <= first,
  range: (value, first, second) => isWhole(value) && Number(value) >= first && Number(value) <= second,
  min: (value, first) => isWhole(value) && Number(value) >= first,
  max: (value, first) => isWhole(value) && Number(value) <= first,
};

/** Compiles one constraint of a route parameter, such as `int` or `range(1,9)`. */
export function compileConstraint(text: string): Constraint {
  const [, name = "", argumentList] = /^([a-z]+)(?:\((.*)\))?$/i.exec(text) ?? [];
  const key = name.toLowerCase();
  const pattern = patterns[key];
  if (pattern && argumentList === undefined) {
    return (value) => pattern.test(value) && (key !== "int" || Math.abs(Number(value)) < 2 ** 31);
  }
  const comparison = comparisons[key];
  const numbers = (argumentList ?? "").split(",").map((number) => Number(number.trim() || Number.NaN));
  const [first = Number.NaN, second = first] = numbers;
  if (!comparison || Number.isNaN(first) || Number.isNaN(second)) {
    throw new Error(`the route constraint '${text}' is not one this host understands`);
  }
  return (value) => comparison(value, first, second);
}

function isWhole(value: string): boolean {
  return /^[+-]?\d+$/.test(value);
}
