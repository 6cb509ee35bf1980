import type { FinishReason } from "../../ports/generator.ts";

/** How a model's answers were seen to mark thoughts; kept for the life of the process. */
export interface ThoughtHabits {
  /** The template of its prompt opens the thought, so an answer brings only the end of it. */
  opensInPrompt: boolean;
}

export interface CutText {
  readonly text: string;
  /** All of the answer's text before this was thought. */
  readonly restart: boolean;
}

export interface ThoughtCutter {
  push(piece: string): CutText;
  /** What was held back until the end. */
  end(finishReason: FinishReason): CutText;
  /** Whether there was a thought. */
  sawThought(): boolean;
}

const names = ["think", "thinking", "thought", "thoughts", "reasoning"];
const tag = new RegExp(`<(/?)(${names.join("|")})>`, "i");
const maxTag = Math.max(...names.map((name) => `</${name}>`.length));
const beginningsOfTags = new Set(
  names
    .flatMap((name) => [`<${name}>`, `</${name}>`])
    .flatMap((whole) => Array.from(whole, (_, length) => whole.slice(0, length)).slice(1)),
);

/** Signs that may end plain text: of a span or block of code, or of a thought. */
const special = new RegExp(`\`+|~{3,}|${tag.source}`, "i");

/** Characters of a span of code on its line; a backtick without another one so near is text. */
const maxSpan = 200;

/** Characters of the sign of a block of code; a longer row is text. */
const maxSign = 50;

/** What stands on a line before the sign of a block: blanks, signs of quotes and of lists. */
const beforeBlock = /^[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?$/;
const maxBeforeBlock = 40;

type Mode =
  | { readonly in: "text" }
  | { readonly in: "block"; readonly sign: string; readonly end: RegExp }
  | { readonly in: "thought"; readonly end: RegExp }
  /** Held back: it is a thought if a `</think>` follows that nothing opened, because the template opened it in the prompt. */
  | { readonly in: "held text"; readonly held: string; readonly isBlank: boolean };

interface Reading {
  mode: Mode;
  /** Not read yet. */
  rest: string;
  shown: string;
  restart: boolean;
  /** The beginning of the line that is shown. */
  line: string;
  /** The character that was shown last. */
  last: string;
  /** Blanks that are not shown at the place of a thought. */
  skip: RegExp | undefined;
  thought: boolean;
  readonly habits: ThoughtHabits;
}

/**
 * Cuts `<think>…</think>` and its other spellings out of an answer that comes in pieces, wherever it
 * stands but in code. A thought that is never closed reaches to the end of the answer. All text before
 * a `</think>` that was never opened is thought as well: the template opened it in the prompt. The
 * first time nothing tells so in advance, and of a stream that text may have been shown; from then on
 * the answers of the process are held back until `</think>`, or to their end. Else at most 300
 * characters are held back, and the work for each piece is bounded by its length.
 */
export const createThoughtCutter = (habits: ThoughtHabits): ThoughtCutter => {
  const reading: Reading = {
    mode: habits.opensInPrompt ? { in: "held text", held: "", isBlank: true } : { in: "text" },
    rest: "",
    shown: "",
    restart: false,
    line: "",
    last: "\n",
    skip: undefined,
    thought: false,
    habits,
  };
  const read = (isLast: boolean): CutText => {
    while (reading.rest !== "" && step(reading, isLast));
    const { shown: text, restart } = reading;
    Object.assign(reading, { shown: "", restart: false });
    return { text, restart };
  };
  return {
    push: (piece) => {
      reading.rest += piece;
      return read(false);
    },
    end: (finishReason) => {
      if (reading.mode.in === "held text") releaseHeld(reading, finishReason);
      return read(true);
    },
    sawThought: () => reading.thought,
  };
};

/** A whole text without its thoughts. */
export const withoutThoughts = (text: string, finishReason: FinishReason, habits: ThoughtHabits): string => {
  const cutter = createThoughtCutter(habits);
  const shown = cutter.push(text);
  const rest = cutter.end(finishReason);
  return (rest.restart ? "" : shown.text) + rest.text;
};

/** Reads up to the next change of mode. False if the rest can only be judged with more text. */
const step = (reading: Reading, isLast: boolean): boolean => {
  const { mode } = reading;
  if (mode.in === "text") return readText(reading, isLast);
  if (mode.in === "block") return readBlock(reading, mode, isLast);
  if (mode.in === "thought") return readThought(reading, mode, isLast);
  return readHeldText(reading, mode);
};

const readText = (reading: Reading, isLast: boolean): boolean => {
  const found = special.exec(reading.rest);
  if (!found) {
    show(reading, reading.rest.length - (isLast ? 0 : unfinishedEnd(reading.rest)));
    return false;
  }
  show(reading, found.index);
  const [sign, slash, name] = found;
  if (name !== undefined) {
    take(reading, sign.length);
    if (slash === "") reading.mode = { in: "thought", end: new RegExp(`</${name}>`, "i") };
    else restartAfterThought(reading);
    reading.thought = true;
    return true;
  }
  if (sign.length >= maxSign) return readRow(reading, sign, false);
  if (sign.length === reading.rest.length && !isLast) return false;
  return sign.startsWith("~") ? readRow(reading, sign, true) : readBackticks(reading, sign, isLast);
};

/** A span of code when the same row of backticks ends it on its line, else a row. */
const readBackticks = (reading: Reading, sign: string, isLast: boolean): boolean => {
  const ahead = reading.rest.slice(sign.length, sign.length + maxSpan);
  const [line = ""] = ahead.split("\n", 1);
  const isWhole = line.length < ahead.length || ahead.length === maxSpan || isLast;
  const end = [...line.matchAll(/`+/g)].find(
    ({ 0: row, index }) => row.length === sign.length && (isWhole || index + row.length < line.length),
  );
  if (end) show(reading, sign.length + end.index + sign.length);
  else if (isWhole) readRow(reading, sign, sign.length >= 3 && !line.includes("`"));
  return end !== undefined || isWhole;
};

/** Shows a row of backticks or tildes, which begins a block of code at the beginning of a line. */
const readRow = (reading: Reading, sign: string, mayBegin: boolean): true => {
  if (mayBegin && beforeBlock.test(reading.line)) {
    const character = sign.charAt(0);
    reading.mode = { in: "block", sign: character, end: new RegExp(`${character}{${sign.length},}`) };
  }
  show(reading, sign.length);
  return true;
};

const readBlock = (reading: Reading, { sign, end }: Mode & { in: "block" }, isLast: boolean): boolean => {
  const found = end.exec(reading.rest);
  if (!found) {
    let unfinished = 0;
    while (unfinished < maxSign && reading.rest.at(-1 - unfinished) === sign) unfinished += 1;
    show(reading, reading.rest.length - (isLast ? 0 : unfinished));
    return false;
  }
  show(reading, found.index);
  const row = found[0].length;
  const next = reading.rest[row];
  if (next === undefined && row < maxSign && !isLast) return false;
  if (/^[ \t>]*$/.test(reading.line) && (next === undefined || /\s/.test(next)))
    reading.mode = { in: "text" };
  show(reading, row);
  return true;
};

const readThought = (reading: Reading, { end }: Mode & { in: "thought" }, isLast: boolean): boolean => {
  const found = end.exec(reading.rest);
  if (!found) {
    take(reading, reading.rest.length - (isLast ? 0 : unfinishedEnd(reading.rest)));
    return false;
  }
  take(reading, found.index + found[0].length);
  goOnWithText(reading);
  return true;
};

const readHeldText = (reading: Reading, { held, isBlank }: Mode & { in: "held text" }): boolean => {
  const { rest, habits } = reading;
  const found = tag.exec(rest);
  const length = found ? found.index : rest.length - unfinishedEnd(rest);
  const isBlankUntilHere = isBlank && rest.slice(0, length).trim() === "";
  if (found && found[1] === "/") {
    take(reading, length + found[0].length);
    reading.thought = true;
    goOnWithText(reading);
  } else if (found && isBlankUntilHere) {
    // it opens its thoughts itself
    habits.opensInPrompt = false;
    take(reading, length);
    reading.mode = { in: "text" };
  } else {
    // a tag that a thought talks about is part of it
    const more = take(reading, length + (found?.[0].length ?? 0));
    reading.mode = { in: "held text", held: held + more, isBlank: isBlankUntilHere && !found };
  }
  return found !== null;
};

/** An answer that ended as it should and had no end of a thought had no thought; one that was cut off was in it. */
const releaseHeld = (reading: Reading, finishReason: FinishReason): void => {
  if (reading.mode.in !== "held text") return;
  const all = reading.mode.held + reading.rest;
  const isAnswer = finishReason === "stop";
  reading.mode = { in: "text" };
  reading.rest = isAnswer ? all : "";
  reading.thought ||= !isAnswer && all.trim() !== "";
  if (isAnswer) reading.habits.opensInPrompt = false;
};

const restartAfterThought = (reading: Reading): void => {
  // a tag left over from a thought in a thought says nothing of the template
  if (!reading.thought) reading.habits.opensInPrompt = true;
  Object.assign(reading, { shown: "", restart: true, line: "", last: "\n" });
  goOnWithText(reading);
};

/** The place of a thought leaves no more blanks than stand before it. */
const goOnWithText = (reading: Reading): void => {
  reading.mode = { in: "text" };
  reading.skip = reading.last === "\n" ? /^\s+/ : /\s/.test(reading.last) ? /^[ \t]+/ : undefined;
};

const show = (reading: Reading, length: number): void => {
  const taken = take(reading, length);
  const shown = reading.skip ? taken.replace(reading.skip, "") : taken;
  if (shown === "") return;
  const lineStart = shown.lastIndexOf("\n") + 1;
  const line = (lineStart > 0 ? "" : reading.line) + shown.slice(lineStart, lineStart + maxBeforeBlock);
  // what is longer has something else before the sign
  reading.line = line.length > maxBeforeBlock ? "…" : line;
  reading.shown += shown;
  reading.last = shown.slice(-1);
  reading.skip = undefined;
};

const take = (reading: Reading, length: number): string => {
  const taken = reading.rest.slice(0, length);
  reading.rest = reading.rest.slice(length);
  return taken;
};

/** How many characters at the end may be the beginning of a tag, or of the sign of a block. */
const unfinishedEnd = (text: string): number => {
  const near = text.slice(-maxTag);
  const tagStart = near.lastIndexOf("<");
  if (tagStart >= 0 && beginningsOfTags.has(near.slice(tagStart).toLowerCase()))
    return near.length - tagStart;
  return /~{0,2}$/.exec(near)?.[0].length ?? 0;
};
