import type { Generator, Source } from "../ports/generator.ts";

/** A sentence or a fact of a source. */
interface Statement {
  readonly source: Source;
  readonly text: string;
  readonly kind: "fact" | "sentence";
  /** Its place in its source. */
  readonly position: number;
  readonly terms: ReadonlySet<string>;
}

/** Beside the similarity of the whole source: how much the statement's own words count. */
const coverageWeight = 0.5;

/** Statements less well supported than this share of the best one's score are left out. */
const goodEnough = 0.85;

const mostStatements = 3;

/** Answers without a model: with the sentences or facts of the sources that fit the question best. */
export const extractiveGenerator: Generator = {
  mode: "extractive",
  // eslint-disable-next-line typescript/require-await -- the port is asynchronous, this generator has nothing to wait for
  generate: async function* ({ question, sources }) {
    const chosen = choose(question, sources.flatMap(statementsOf));
    for (const [index, statement] of chosen.entries()) {
      const previous = chosen[index - 1];
      const gap = !previous ? "" : previous.kind === "fact" || statement.kind === "fact" ? "\n" : " ";
      yield { type: "text", text: `${gap}${worded(statement)} [${statement.source.number}]` };
    }
    yield { type: "end", finishReason: "stop" };
  },
};

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** `basic_identity.facebook: https://…`: a path without spaces, or with those of a name in it. */
const factLine = /^([\p{L}\d_-]+(?:\.[^:\n]{1,80})?): (.+)$/u;

const statementsOf = (source: Source): readonly Statement[] => {
  const heading = source.source.split("#")[1] ?? "";
  return source.text.split("\n").flatMap((line): readonly Statement[] => {
    const fact = factLine.exec(line);
    if (fact) return [{ source, text: line, kind: "fact", position: 0, terms: termsOf(line) }];
    return [...sentences.segment(line)]
      .map(({ segment }) => segment.trim())
      .filter((text) => /\p{L}/u.test(text))
      .map((text, position) => ({
        source,
        text,
        kind: "sentence",
        position,
        terms: termsOf(`${heading} ${text}`),
      }));
  });
};

const choose = (question: string, statements: readonly Statement[]): readonly Statement[] => {
  const asked = termsOf(question);
  const weight = rarity(statements);
  const total = [...asked].reduce((sum, term) => sum + weight(term), 0);
  const scored = statements.map((statement) => {
    const found = [...asked].filter((term) => statement.terms.has(term));
    const coverage = total > 0 ? found.reduce((sum, term) => sum + weight(term), 0) / total : 0;
    // the first sentence under a heading mostly says what the rest explains
    const lead = statement.position === 0 ? 0.03 : 0;
    return { statement, score: statement.source.score + coverageWeight * coverage + lead };
  });
  const best = Math.max(...scored.map(({ score }) => score));
  const kept = new Set(
    scored
      .filter(({ score }) => score >= best * goodEnough)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, mostStatements)
      .map(({ statement }) => statement),
  );
  // in the order in which they were written, so that "she" follows whom it means
  return statements.filter((statement) => kept.has(statement));
};

/** A word that few statements have tells them apart. */
const rarity = (statements: readonly Statement[]): ((term: string) => number) => {
  const counts = new Map<string, number>();
  for (const { terms } of statements) for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return (term) => Math.log(1 + (statements.length + 1) / ((counts.get(term) ?? 0) + 0.5));
};

const stopWords = new Set(
  (
    "a about an and any are as at be been being but by can could did do does for from get give had has have he her hers " +
    "him his how i if in into is it its know let like many me much my of on or our please say she show so tell than that " +
    "the their them there they this to too us was we were what when where which who whom whose why will with would you your"
  ).split(" "),
);

const termsOf = (text: string): ReadonlySet<string> =>
  new Set(
    (text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []).filter((word) => !stopWords.has(word)).map(stem),
  );

/** Enough to bring "tutors" and "tutor", "taught" not included, together. */
const stem = (word: string): string =>
  word.length > 4 ? word.replace(/(?:ing|ies|ed|es|s|ly)$/, "").replace(/(.)\1$/, "$1") : word;

/** A fact is told by what its path ends in: `basic_identity.facebook` is "Facebook". */
const worded = ({ kind, text }: Statement): string => {
  if (kind === "sentence") return text.replace(/^- /, "");
  const [, path = "", value = ""] = factLine.exec(text) ?? [];
  const name = (path.split(".").at(-1) ?? path).replaceAll(/[_-]+/g, " ").trim();
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${value}`;
};
