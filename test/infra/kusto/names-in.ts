import { applicationInsightsTables } from "./application-insights-tables.ts";

/** Rows, by what their name or their message is compared with. */
export interface Called {
  readonly kind: "name" | "message";
  readonly text: string;
  /** It stands for all that begin with it. */
  readonly begins: boolean | undefined;
}

export interface NameUse {
  readonly tables: readonly string[];
  /** The rows that the query has picked before; empty for all of the tables'. */
  readonly among: readonly Called[];
  /** `attribute`: of customDimensions. `value`: what one is compared with. `name`, `message`: what the column is compared with. */
  readonly kind: "attribute" | "value" | "name" | "message";
  readonly attribute?: string;
  readonly text: string;
  /** It stands for all that begin with it. */
  readonly begins?: boolean;
}

const tables = Object.keys(applicationInsightsTables).join("|");

/** A list of tables, an attribute with what it may be compared with, or a name or a message that is looked for. */
const uses = new RegExp(
  [
    `(?<tables>\\b(?:${tables})(?:, (?:${tables}))*\\b)(?! =)`,
    `customDimensions(?:\\.(?<plain>\\w+)|\\["(?<quoted>\\w+)"\\])\\)?(?: [!=]= "(?<value>[^"]*)")?`,
    `\\b(?<column>name|message) (?<operator>==|in|startswith) (?<given>"[^"]*"|\\([^)]*\\))`,
  ].join("|"),
  "g",
);

/** What a query takes for granted of what the app sends, each with the tables that it looks for it in. */
export const namesIn = (query: string): readonly NameUse[] => {
  let current: readonly string[] = [];
  let among: readonly Called[] = [];
  const code = query.replaceAll(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(uses)].flatMap(({ groups = {}, index }): NameUse[] => {
    if (groups["tables"] !== undefined) {
      current = groups["tables"].split(", ");
      among = [];
      return [];
    }
    if (groups["column"] !== undefined) {
      const kind = groups["column"] as "name" | "message";
      const begins = groups["operator"] === "startswith";
      const texts = [...(groups["given"] ?? "").matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text);
      const called = texts.map((text) => ({ kind, text, begins }));
      // a second comparison adds to what the first has picked, or is of a part of that
      if (among.length === 0 || /\bor\s*$/.test(code.slice(0, index))) among = [...among, ...called];
      return called.map((one) => ({ tables: current, among: [], ...one }));
    }
    const attribute = groups["plain"] ?? groups["quoted"] ?? "";
    const value = groups["value"];
    return [
      { tables: current, among, kind: "attribute", text: attribute },
      ...(value === undefined
        ? []
        : [{ tables: current, among, kind: "value" as const, attribute, text: value }]),
    ];
  });
};
