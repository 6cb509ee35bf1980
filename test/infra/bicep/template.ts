/** A Bicep file, as far as the check needs to understand it. */
export interface Template {
  readonly file: string;
  readonly parameters: readonly Parameter[];
  readonly variables: readonly Named[];
  readonly resources: readonly Resource[];
  readonly modules: readonly Module[];
  readonly outputs: readonly Output[];
  /** Lines that are no Bicep. */
  readonly unreadable: readonly number[];
}

interface Declaration {
  readonly name: string;
  readonly line: number;
}

export interface Named extends Declaration {
  readonly value: Expression;
}

export interface Output extends Named {
  readonly type: string;
}

export interface Parameter extends Declaration {
  /** As it is written: `string`, `bool`, `string[]`, … */
  readonly type: string;
  readonly secure: boolean;
  readonly fallback: Expression | undefined;
}

export interface Resource extends Declaration {
  /** With the types of the resources around it: `Microsoft.Web/sites/config@2025-03-01`. */
  readonly type: string;
  readonly existing: boolean;
  readonly nested: boolean;
  readonly body: Expression;
}

export interface Module extends Declaration {
  readonly path: string;
  readonly body: Expression;
}

export type Expression = { readonly line: number } & (
  | { readonly kind: "text"; readonly text: string; readonly holes: readonly Expression[] }
  | { readonly kind: "number" | "truth" | "null"; readonly text: string }
  | { readonly kind: "name"; readonly name: string }
  | ObjectExpression
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | {
      readonly kind: "loop";
      readonly names: readonly string[];
      readonly over: Expression;
      readonly body: Expression;
    }
  | { readonly kind: "function"; readonly names: readonly string[]; readonly body: Expression }
  | { readonly kind: "only-if"; readonly condition: Expression; readonly body: Expression }
  | { readonly kind: "choice"; readonly condition: Expression; readonly branches: readonly Expression[] }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly on: Expression | undefined;
      readonly given: readonly Expression[];
    }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string }
  | { readonly kind: "other"; readonly parts: readonly Expression[] }
);

export interface ObjectExpression {
  readonly kind: "object";
  readonly line: number;
  readonly entries: readonly Entry[];
  readonly resources: readonly Resource[];
}

export interface Entry extends Declaration {
  /** What a name is made of that holds more than text. */
  readonly holes: readonly Expression[];
  readonly value: Expression;
}

/** What an expression is made of. */
export const partsOf = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case "text":
      return expression.holes;
    case "object":
      return expression.entries.flatMap(({ holes, value }) => [...holes, value]);
    case "list":
      return expression.items;
    case "loop":
      return [expression.over, expression.body];
    case "function":
      return [expression.body];
    case "only-if":
      return [expression.condition, expression.body];
    case "choice":
      return [expression.condition, ...expression.branches];
    case "call":
      return [...(expression.on ? [expression.on] : []), ...expression.given];
    case "member":
      return [expression.of];
    case "other":
      return expression.parts;
    default:
      return [];
  }
};

/** An expression and all that it is made of. */
export const within = (expression: Expression): readonly Expression[] => [
  expression,
  ...partsOf(expression).flatMap(within),
];

/** The object that a resource, a module or a parameter consists of, behind its loop and its condition. */
export const objectOf = (expression: Expression): ObjectExpression | undefined => {
  if (expression.kind === "object") return expression;
  return expression.kind === "loop" || expression.kind === "only-if" ? objectOf(expression.body) : undefined;
};

/** All resources of a file, also those within others. */
export const allResources = ({ resources }: Pick<Template, "resources">): readonly Resource[] =>
  resources.flatMap((resource) => [
    resource,
    ...allResources({ resources: objectOf(resource.body)?.resources ?? [] }),
  ]);

export const entryOf = (object: ObjectExpression | undefined, name: string): Expression | undefined =>
  object?.entries.find((entry) => entry.name === name)?.value;

/** The text of an expression that is nothing but text. */
export const textOf = (expression: Expression | undefined): string | undefined =>
  expression?.kind === "text" && expression.holes.length === 0 ? expression.text : undefined;
