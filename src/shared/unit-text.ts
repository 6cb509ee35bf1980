import type { Passage, Unit } from "../ports/passage.ts";

type Text = Pick<Passage, "text" | "units">;

/** The places of the units that a unit stands under, the outermost first. */
export const placesAbove = (passage: Pick<Passage, "units">, { parent }: Unit): readonly number[] => {
  const above = parent === undefined ? undefined : passage.units[parent];
  return above && parent !== undefined ? [...placesAbove(passage, above), parent] : [];
};

/** The units that a unit stands under, the outermost first. */
export const ancestorsOf = (passage: Pick<Passage, "units">, unit: Unit): readonly Unit[] =>
  placesAbove(passage, unit).flatMap((place) => passage.units[place] ?? []);

/** A unit's text as it stands in its passage. */
export const textOf = ({ text }: Pick<Passage, "text">, { start, end }: Unit): string =>
  text.slice(start, end);

/** A fact's value, without the keys before it. */
export const valueOf = (passage: Pick<Passage, "text">, fact: Unit): string => {
  const path = fact.path?.join(".") ?? "";
  return textOf(passage, fact).slice(path === "" ? 0 : path.length + 2);
};

/** `startDate`, `home_page` and `marital-status` as somebody would say them. */
export const keyInWords = (key: string): string =>
  key
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, (_, before: string, next: string) => `${before} ${next.toLowerCase()}`)
    .replaceAll(/[_-]+/g, " ")
    .trim();

/** What a unit says when it stands alone: below its heading and what it stands under, a fact behind its keys. */
export const aloneInWords = (passage: Text, unit: Unit, heading: string): string => {
  if (unit.kind === "fact") {
    const keys = (unit.path ?? []).map(keyInWords).filter(Boolean).join(" ");
    return [keys, valueOf(passage, unit)].filter(Boolean).join(": ");
  }
  const above = [...ancestorsOf(passage, unit), unit].map((part) => withoutMark(textOf(passage, part)));
  return [heading, ...above].filter(Boolean).join("\n");
};

/** The last heading above a passage. */
export const lastHeadingOf = ({ source }: Pick<Passage, "source">): string => {
  const place = source.indexOf("#");
  return place < 0
    ? ""
    : (source
        .slice(place + 1)
        .split(" > ")
        .at(-1) ?? "");
};

const withoutMark = (text: string): string => text.replace(/^\s*(?:[-*•–]|\d{1,9}[.)])\s+/, "");
