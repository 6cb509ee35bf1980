import type { GenerationEvent } from "../ports/generator.ts";

/** Characters of a question in a mark; what is longer is text with such signs in it. */
const maxQuestion = 200;

/** Characters of a run of blanks; the rest of it is cut. Code is rarely indented deeper. */
const maxBlanks = 80;

/** What may stand between a text and a mark: blanks, and the sign of a list. At most `maxGap` characters are looked at. */
const gapAtEnd = /(?<!\s)(?:\s*\n[ \t]*(?:(?:[-*•]|\d[.)]?)[ \t]*)?|\s*)$/;
const maxGap = maxBlanks + 10;

/**
 * Takes the questions that a model marked as `<<question>>` out of its text, however the marks are
 * spread over its pieces, and puts them into the last event. Nothing of a mark is left in the text.
 * Holds back at most 300 characters, so that the work for each piece is bounded by its length.
 */
export async function* cutFollowUps(events: AsyncIterable<GenerationEvent>): AsyncGenerator<GenerationEvent> {
  let followUps: string[] = [];
  let held = "";
  for await (const event of events) {
    if (event.type === "text") {
      const { text, rest } = split(withShortBlanks(held + event.text), followUps);
      held = rest;
      if (text !== "") yield { type: "text", text };
    } else if (event.type === "restart") {
      [held, followUps] = ["", []];
      yield event;
    } else {
      const text = lastOf(held, followUps);
      if (text !== "") yield { type: "text", text };
      yield { ...event, followUps };
    }
  }
}

const withShortBlanks = (text: string): string =>
  text.replaceAll(/\s+/g, (blanks) => blanks.slice(0, maxBlanks));

const split = (all: string, followUps: string[]): { readonly text: string; readonly rest: string } => {
  let text = "";
  let shown = 0;
  let mark = nextOpening(all, 0);
  while (mark >= 0) {
    const found = readMark(all, mark + 2);
    if (found === "unfinished") {
      const start = gapBefore(all, shown, mark);
      return { text: text + all.slice(shown, start), rest: all.slice(start) };
    }
    if (found) {
      text += all.slice(shown, gapBefore(all, shown, mark));
      shown = found.end;
      followUps.push(found.question);
    }
    mark = nextOpening(all, found ? found.end : mark + 2);
  }
  const end = gapBefore(all, shown, all.endsWith("<") ? all.length - 1 : all.length);
  return { text: text + all.slice(shown, end), rest: all.slice(end) };
};

/** The last `<<` of a row of such signs. */
const nextOpening = (text: string, from: number): number => {
  let at = text.indexOf("<<", from);
  while (at >= 0 && text[at + 2] === "<") at += 1;
  return at;
};

const gapBefore = (text: string, from: number, end: number): number => {
  const near = Math.max(from, end - maxGap);
  return near + (gapAtEnd.exec(text.slice(near, end))?.index ?? 0);
};

interface Mark {
  readonly question: string;
  readonly end: number;
}

/**
 * Reads what follows `<<`: a question up to `>>`, or on its line a question without the end of the
 * mark. `a << b` is no mark; one whose end may still come is `unfinished`.
 */
const readMark = (text: string, start: number): Mark | "unfinished" | undefined => {
  const ahead = text.slice(start, start + maxQuestion + 2);
  if (/^\s/.test(ahead)) return undefined;
  const close = ahead.indexOf(">>", 1);
  const lineEnd = ahead.indexOf("\n");
  if (close >= 0 && (lineEnd < 0 || close < lineEnd)) {
    return { question: innermost(ahead.slice(0, close)), end: start + close + 2 };
  }
  if (lineEnd >= 0) {
    const question = ahead.slice(0, ahead.lastIndexOf("?", lineEnd) + 1);
    return question.length > 1 ? { question: innermost(question), end: start + lineEnd } : undefined;
  }
  return ahead.length < maxQuestion + 2 ? "unfinished" : undefined;
};

const innermost = (question: string): string => question.split("<<").at(-1)?.trim() ?? "";

/** Of a mark that was broken off, a whole question is kept. */
const lastOf = (held: string, followUps: string[]): string => {
  const mark = nextOpening(held, 0);
  if (mark >= 0) {
    const question = /^(\S.*\?)>?$/u.exec(held.slice(mark + 2).trimEnd())?.[1];
    if (question) followUps.push(innermost(question));
  }
  const end = mark >= 0 ? mark : held.search(/<$/);
  return (end >= 0 ? held.slice(0, gapBefore(held, 0, end)) : held).trimEnd();
};
