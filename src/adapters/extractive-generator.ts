import type { Generator, Source } from "../ports/generator.ts";
import { termsOf, wordsOf } from "../shared/terms.ts";

/** A sentence or a fact of a source. */
interface Statement {
  readonly source: Source;
  readonly text: string;
  readonly kind: "fact" | "sentence";
  readonly terms: ReadonlySet<string>;
  /** The sentence before it in the same paragraph. */
  readonly previous?: Statement | undefined;
}

interface Wording {
  readonly question: string;
  readonly standAlone: string;
}

interface Scored {
  readonly statement: Statement;
  readonly score: number;
}

/** How much the words that a statement shares with the question count beside its source's similarity. */
const coverageWeight = 0.5;

/** How much a word counts that the visitor said earlier, not in the question itself. */
const carriedWeight = 0.25;

/** A heading that is itself the question says where its answer stands. */
const headingWeight = 0.2;

/** The first sentence under a heading mostly says what the others explain. */
const leadWeight = 0.03;

/** Statements whose score is a smaller share of the best one's are left out. */
const goodEnough = 0.85;

const maxStatements = 3;

/** Answers without a model: with the sentences or facts of the sources that fit the question best. */
export const extractiveGenerator: Generator = {
  mode: "extractive",
  // eslint-disable-next-line typescript/require-await -- the port is asynchronous, this generator has nothing to wait for
  generate: async function* ({ question, standAlone, sources }) {
    const chosen = choose({ question, standAlone }, sources.flatMap(statementsOf));
    for (const [index, statement] of chosen.entries()) {
      const [previous, next] = [chosen[index - 1], chosen[index + 1]];
      const gap = !previous ? "" : flows(previous, statement) ? " " : "\n";
      // sentences that follow each other from one source are marked once
      const mark = next && flows(statement, next) ? "" : ` [${statement.source.number}]`;
      yield { type: "text", text: `${gap}${worded(statement)}${mark}` };
    }
    yield { type: "end", finishReason: "stop", followUps: questionsBeside(chosen, sources) };
  },
};

/** Sources that were found and not quoted, under headings that are questions. */
const questionsBeside = (chosen: readonly Statement[], sources: readonly Source[]): readonly string[] => {
  const quoted = new Set(chosen.map(({ source }) => lastHeadingOf(source)));
  return sources.map(lastHeadingOf).filter((heading) => heading.endsWith("?") && !quoted.has(heading));
};

const flows = (statement: Statement, next: Statement): boolean =>
  statement.source === next.source && statement.kind === "sentence" && next.kind === "sentence";

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** `basic_identity.facebook: https://…`: a path without spaces, or with those of a name in it. */
const factLine = /^([\p{L}\d_-]+(?:\.[^:\n]{1,80})?): (.+)$/u;

const statementsOf = (source: Source): readonly Statement[] =>
  source.text.split("\n").flatMap((line): readonly Statement[] => {
    if (factLine.test(line)) return [{ source, text: line, kind: "fact", terms: termsOf(line) }];
    const statements: Statement[] = [];
    for (const { segment } of sentences.segment(line)) {
      const text = segment.trim();
      if (!/\p{L}/u.test(text)) continue;
      const terms = termsOf(`${headingOf(source)} ${text}`);
      statements.push({ source, text, kind: "sentence", terms, previous: statements.at(-1) });
    }
    return statements;
  });

const headingOf = ({ source }: Source): string => source.split("#")[1] ?? "";

const lastHeadingOf = (source: Source): string => headingOf(source).split(" > ").at(-1) ?? "";

/** The best statements, those of the best source first, in the order in which they were written. */
const choose = (asked: Wording, statements: readonly Statement[]): readonly Statement[] => {
  const all = score(asked, statements);
  const telling = all.filter(({ statement }) => saysMore(statement, asked.standAlone));
  const scored = telling.length > 0 ? telling : all;
  const best = Math.max(...scored.map((candidate) => candidate.score));
  const kept = scored
    .filter((candidate) => candidate.score >= best * goodEnough)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, maxStatements)
    .flatMap(({ statement }) => withAntecedent(statement));
  const sources = [...new Set(kept.map(({ source }) => source))];
  return sources.flatMap((source) =>
    statements.filter((statement) => statement.source === source && kept.includes(statement)),
  );
};

/** "Name: Ada Lovelace" is no answer to "Who was Ada Lovelace?". */
const saysMore = ({ kind, text }: Statement, question: string): boolean => {
  const said = termsOf(kind === "fact" ? text.slice(text.indexOf(": ")) : text);
  return !said.isSubsetOf(termsOf(question));
};

/** "It was the first." says nothing without the sentence before it. */
const withAntecedent = (statement: Statement): readonly Statement[] =>
  statement.previous &&
  /^(?:he|she|it|they|his|her|its|their|this|that|these|those|such|there|then)\b/i.test(statement.text)
    ? [statement.previous, statement]
    : [statement];

const score = ({ question, standAlone }: Wording, statements: readonly Statement[]): readonly Scored[] => {
  const own = termsOf(question);
  const asked = [...termsOf(standAlone)];
  const words = wordsOf(standAlone);
  const rare = rarity(statements);
  const weight = (term: string): number => rare(term) * (own.has(term) ? 1 : carriedWeight);
  const total = asked.reduce((sum, term) => sum + weight(term), 0);
  return statements.map((statement) => {
    const { source, terms, previous } = statement;
    const found = asked.filter((term) => terms.has(term)).reduce((sum, term) => sum + weight(term), 0);
    const coverage = total > 0 ? found / total : 0;
    const heading = overlap(words, wordsOf(lastHeadingOf(source)));
    const lead = previous ? 0 : leadWeight;
    return { statement, score: source.score + coverageWeight * coverage + headingWeight * heading + lead };
  });
};

/** A word that few statements have tells them apart; one that most have says little. */
const rarity = (statements: readonly Statement[]): ((term: string) => number) => {
  const counts = new Map<string, number>();
  for (const { terms } of statements) for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return (term) => Math.max(0.05, Math.log((statements.length + 1) / ((counts.get(term) ?? 0) + 0.5)));
};

/** The share of words that two texts have in common. */
const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): number =>
  a.size === 0 || b.size === 0 ? 0 : a.intersection(b).size / a.union(b).size;

/** A fact is named by what its path ends in: `basic_identity.facebook` is "Facebook". */
const worded = ({ kind, text }: Statement): string => {
  if (kind === "sentence") return text.replace(/^- /, "");
  const [, path = "", value = ""] = factLine.exec(text) ?? [];
  const name = (path.split(".").at(-1) ?? path).replaceAll(/[_-]+/g, " ").trim();
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${value}`;
};
