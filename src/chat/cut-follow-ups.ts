import type { GenerationEvent } from "../ports/generator.ts";

/** What is longer is no question, but text with such signs in it. */
const most = 300;

/** The gap before a mark, and what may stand before it in a list. */
const gap = String.raw`(?:\s*\n[ \t]*(?:(?:[-*•]|\d[.)]?)[ \t]*)?|[ \t]*)`;

/** `<<question>>`, or on its line a question without the end of the mark. `a << b` is none. */
const mark = new RegExp(
  String.raw`${gap}<<(?=\S)(?:([^\n]{1,${most}}?)>>|([^\n]{1,${most}}?\?)[^\n?]*(?=\n))`,
);

/** The end of a text that may become a mark. */
const perhaps = new RegExp(String.raw`${gap}(?:<|<<(?:\S[^\n]{0,${most}})?)?$`);

const half = new RegExp(String.raw`${gap}<(?:<([^\n]*))?$`);

/**
 * Takes the questions that a model marked as `<<question>>` out of its text, however the marks are
 * spread over its pieces, and puts them into the last event. Nothing of a mark is left in the text.
 */
export async function* cutFollowUps(events: AsyncIterable<GenerationEvent>): AsyncGenerator<GenerationEvent> {
  const followUps: string[] = [];
  let held = "";
  for await (const event of events) {
    if (event.type === "text") {
      const { text, rest } = split(held + event.text, followUps);
      held = rest;
      if (text !== "") yield { type: "text", text };
    } else {
      const text = lastOf(held, followUps);
      if (text !== "") yield { type: "text", text };
      yield { ...event, followUps };
    }
  }
}

const split = (all: string, followUps: string[]): { readonly text: string; readonly rest: string } => {
  let text = "";
  let left = all;
  for (let found = mark.exec(left); found; found = mark.exec(left)) {
    text += left.slice(0, found.index);
    left = left.slice(found.index + found[0].length);
    followUps.push((found[1] ?? found[2] ?? "").split("<<").at(-1)?.trim() ?? "");
  }
  const end = perhaps.exec(left)?.index ?? left.length;
  return { text: text + left.slice(0, end), rest: left.slice(end) };
};

/** Of a mark that was broken off, a whole question is kept. */
const lastOf = (held: string, followUps: string[]): string => {
  const found = half.exec(held);
  const question = /^(\S.*\?)>?$/u.exec(found?.[1]?.trimEnd() ?? "")?.[1];
  if (question) followUps.push(question);
  return held.slice(0, found?.index).trimEnd();
};
