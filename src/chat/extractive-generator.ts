import type { Generator, Quote, Source } from "../ports/generator.ts";
import type { Unit } from "../ports/passage.ts";
import { ancestorsOf, lastHeadingOf, textOf, valueOf } from "../shared/unit-text.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { sentencesFor } from "./sentences.ts";
import type { Sentences } from "./sentences.ts";
import { inFirstPerson, labelOf } from "./speak-as.ts";

/** Answers without a model: with what of the sources answers the question best, quoted as it is written. */
export const extractiveGenerator: Generator = {
  mode: "extractive",
  generate: async function* ({ quotes: choose, sources, isSure, speakAs, language }) {
    const quotes = await choose();
    const sentences = sentencesFor(language);
    const words = { speakAs, sentences };
    let before: string | undefined;
    for (const quote of quotes) {
      const text = render(quote, words);
      const isApart = isBlock(text) || isBlock(before ?? "");
      const gap = before === undefined ? (isSure ? "" : `${sentences.closest}\n\n`) : isApart ? "\n\n" : "\n";
      yield { type: "text", text: `${gap}${text}` };
      before = text;
    }
    yield { type: "end", finishReason: "stop", followUps: questionsBeside(quotes, sources) };
  },
};

interface Words {
  readonly speakAs: "subject" | "about";
  readonly sentences: Sentences;
}

/** Sources that were found and not quoted, under headings that are questions. */
const questionsBeside = (quotes: readonly Quote[], sources: readonly Source[]): readonly string[] => {
  const quoted = new Set(quotes.map(({ source }) => lastHeadingOf(source)));
  return sources.map(lastHeadingOf).filter((heading) => heading.endsWith("?") && !quoted.has(heading));
};

/** Lines that Markdown must see apart from a paragraph. */
const isBlock = (text: string): boolean => text.includes("\n");

const render = ({ source, units, cutFrom }: Quote, words: Words): string => {
  const mark = `[${source.number}]`;
  if (units.every(({ kind }) => kind === "fact")) return renderFacts(source, units, { mark, ...words });
  const parts: string[] = [];
  for (const [place, unit] of units.entries()) {
    const text = renderUnit(source, unit, words);
    const previous = units[place - 1];
    parts.push(previous ? glueBetween(source, previous, unit) : "", text);
  }
  const shown = units.filter(({ of }) => of !== undefined).length;
  const cut = cutFrom === undefined ? "" : `\n\n(${words.sentences.cut(shown, cutFrom)})`;
  // a mark behind a code block would stand in a line of its own
  const text = parts.join("");
  return units.at(-1)?.kind === "code" ? `${text}\n\n${mark}${cut}` : `${text} ${mark}${cut}`;
};

const renderUnit = (source: Source, unit: Unit, words: Words): string => {
  const text = textOf(source, unit);
  if (unit.kind === "code") return fenced(text);
  if (unit.kind === "fact") return renderFact(source, unit, words);
  const [, indent = "", own = "", said = ""] = /^(\s*)([-*•–]|\d{1,9}[.)])?\s*(.*)$/s.exec(text) ?? [];
  if (unit.kind === "row") return `- ${escapeMarkdown(text)}`;
  if (unit.kind !== "item" && unit.kind !== "step") return escapeMarkdown(text.trim());
  return `${indent}${own === "" ? "" : `${/\d/.test(own) ? own : "-"} `}${escapeMarkdown(said)}`;
};

const isOfList = ({ kind }: Unit): boolean => kind === "item" || kind === "step" || kind === "row";

const glueBetween = ({ text }: Source, previous: Unit, unit: Unit): string => {
  if (isOfList(previous) && isOfList(unit)) return "\n";
  if (isOfList(previous) || isOfList(unit) || previous.kind === "code" || unit.kind === "code") return "\n\n";
  const between = text.slice(previous.end, unit.start);
  if (/\S/.test(between)) return " … ";
  return between.includes("\n\n") ? "\n\n" : between.includes("\n") ? "\n" : " ";
};

/** With more backticks than any row of them within. */
const fenced = (code: string): string => {
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}\n${code}\n${fence}`;
};

/** Facts of an object that has a name stand behind it. */
const renderFacts = (
  source: Source,
  units: readonly Unit[],
  words: Words & { readonly mark: string },
): string => {
  const [first] = units;
  const title = first && (ancestorsOf(source, first)[0] ?? (isTitle(source, first) ? first : undefined));
  const facts = units.filter((unit) => unit !== title);
  if (!title || facts.length === 0)
    return units.map((unit) => `${renderFact(source, unit, words)} ${words.mark}`).join("\n");
  const about = facts
    .map((fact) => `${labelOf(fact.path ?? [])}: ${escapeMarkdown(valueOf(source, fact))}`)
    .join("; ");
  return `${escapeMarkdown(valueOf(source, title))} – ${about} ${words.mark}`;
};

const isTitle = ({ units }: Source, unit: Unit): boolean =>
  units.some(({ parent }) => parent !== undefined && units[parent] === unit);

const minWordsOfSentence = 4;

/** "Born: Ada Lovelace was born on …" says it twice. */
const isSentence = (value: string): boolean =>
  /^\p{Lu}.*[.!?]$/u.test(value) && value.split(" ").length >= minWordsOfSentence;

const renderFact = (source: Source, fact: Unit, { speakAs }: Words): string => {
  const { path = [] } = fact;
  const value = escapeMarkdown(valueOf(source, fact));
  if (path.length === 0) return value;
  if (isSentence(value)) return value;
  return speakAs === "subject" ? inFirstPerson(path, value) : `${labelOf(path)}: ${value}`;
};
