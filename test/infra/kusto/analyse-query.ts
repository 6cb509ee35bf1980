import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { repository } from "../../support/repository.ts";
import { applicationInsightsTables } from "./application-insights-tables.ts";

export interface AnalysedQuery {
  /** What the language service has against it, each with its line. */
  readonly problems: readonly string[];
  /** The columns of its result, as `name: type`. */
  readonly columns: readonly string[];
}

/** Of the service, what is used here; the names of its overloads hold for the pinned version alone. */
interface Kusto {
  readonly KustoCode: { ParseAndAnalyze(query: string, globals: unknown): Code };
  readonly GlobalState: { readonly Default: { WithDatabase(database: object): unknown } };
  readonly Symbols: {
    readonly TableSymbol: {
      readonly $ctor7: new (name: string, schema: string, description: null) => object;
    };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, tables: readonly object[]) => object };
  };
}

interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}

interface Code {
  readonly ResultType: { readonly Columns?: List<Column> } | null;
  GetDiagnostics(): List<Diagnostic>;
}

interface Column {
  readonly Name: string;
  readonly Type: { readonly Name: string };
}

interface Diagnostic {
  readonly Code: string;
  readonly Start: number;
  readonly Message: string;
}

let loaded: { readonly kusto: Kusto; readonly globals: unknown } | undefined;

/** The service is two scripts that leave globals behind. */
const load = (): NonNullable<typeof loaded> => {
  const folder = join(repository, "node_modules", "@kusto", "language-service-next");
  for (const script of ["bridge.min.js", "Kusto.Language.Bridge.min.js"])
    runInThisContext(readFileSync(join(folder, script), "utf8"), { filename: script });
  const kusto = runInThisContext("Kusto.Language") as Kusto;
  const { DatabaseSymbol, TableSymbol } = kusto.Symbols;
  const tables = Object.entries(applicationInsightsTables).map(
    ([name, columns]) => new TableSymbol.$ctor7(name, `(${columns})`, null),
  );
  return {
    kusto,
    globals: kusto.GlobalState.Default.WithDatabase(new DatabaseSymbol.ctor("component", tables)),
  };
};

/** Reads a query as Azure would, against the tables of an Application Insights component. */
export const analyseQuery = (query: string): AnalysedQuery => {
  loaded ??= load();
  const code = loaded.kusto.KustoCode.ParseAndAnalyze(query, loaded.globals);
  const lineOf = (start: number): number => query.slice(0, start).split("\n").length;
  return {
    problems: itemsOf(code.GetDiagnostics()).map(
      ({ Code: id, Start, Message }) => `line ${lineOf(Start)}: ${Message} (${id})`,
    ),
    columns: itemsOf(code.ResultType?.Columns).map(({ Name, Type }) => `${Name}: ${Type.Name}`),
  };
};

const itemsOf = <T>(list: List<T> | undefined): readonly T[] =>
  Array.from({ length: list?.Count ?? 0 }, (_, index) => list!.getItem(index));
