import { APIError } from "openai";
import { termsOf } from "../../shared/terms.ts";

/** What a server was sent, and may say again in its words of a failure. */
export interface Sent {
  /** What visitors said: no word of it is logged that tells something. */
  readonly visitors: readonly string[];
  /** The rest of the prompt: no row of its words is logged. */
  readonly prompt: string;
  readonly key: string | null;
}

const maxCharacters = 300;

/** Fewer words in a row may be the same as in the prompt by chance. */
const wordsInRow = 6;

/**
 * What a server says of a failure, on one line of at most 300 characters, for the owner's log. It may
 * repeat what it was sent: words of visitors, rows of words of the prompt, and what may be a key are
 * replaced by "…".
 */
export const wordsOfServer = (error: unknown, sent: Sent): string => {
  const raw = rawWordsOfServer(error).slice(0, 4 * maxCharacters);
  const line = withoutKeys(raw.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim(), sent.key);
  const masked = withoutRepeats(line, sent).replaceAll(/…(?:[^\p{L}\p{N}]*…)+/gu, "…");
  return masked.length > maxCharacters ? `${masked.slice(0, maxCharacters - 1).toWellFormed()}…` : masked;
};

/** The same as the server worded it: not for logs. */
export const rawWordsOfServer = (error: unknown): string =>
  error instanceof APIError ? wordsIn(error.error) || error.message.replace(/^\d{3} /, "") : "";

/** OpenAI's `message`, FastAPI's `detail`, Mistral's one in the other. */
const wordsIn = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.slice(0, 10).map(wordsIn).filter(Boolean).join("; ");
  if (typeof value !== "object" || value === null) return "";
  const { message, msg, detail, loc, errors } = value as Readonly<Record<string, unknown>>;
  const place = Array.isArray(loc) ? `${loc.slice(0, 10).join(".")}: ` : "";
  const words = [message, msg, detail, errors].map(wordsIn).find(Boolean);
  return words === undefined ? "" : place + words;
};

/** A key that was sent, or a long word of letters and numbers. */
const withoutKeys = (text: string, key: string | null): string =>
  (key && key.length >= 6 ? text.replaceAll(key, "…") : text).replaceAll(
    /(?<![\w-])(?=[\w-]*\d)[\w-]{24,}/g,
    "…",
  );

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

const wordsOf = (text: string): readonly Word[] =>
  [...segmenter.segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment, index }) => ({
      text: segment.toLowerCase(),
      start: index,
      end: index + segment.length,
    }));

/** A single "is" or "the" of a visitor stays: it says nothing, and without it the rest cannot be read. */
const withoutRepeats = (text: string, { visitors, prompt }: Sent): string => {
  const words = wordsOf(text);
  const said = new Set(visitors.flatMap(wordsOf).map((word) => word.text));
  const rows = new Set(rowsOf(wordsOf(prompt)));
  const hidden = new Set<Word>();
  for (const [start, row] of rowsOf(words).entries()) {
    if (rows.has(row)) for (const word of words.slice(start, start + wordsInRow)) hidden.add(word);
  }
  for (let start = 0; start < words.length; start += 1) {
    const length = words.slice(start).findIndex((word) => !said.has(word.text));
    const shared = words.slice(start, length < 0 ? undefined : start + length);
    const tells = shared.length >= 3 || shared.some((word) => termsOf(word.text).size > 0);
    if (tells) for (const word of shared) hidden.add(word);
    start += shared.length;
  }
  return [...hidden]
    .toSorted((one, other) => other.start - one.start)
    .reduce((rest, { start, end }) => `${rest.slice(0, start)}…${rest.slice(end)}`, text);
};

const rowsOf = (words: readonly Word[]): readonly string[] =>
  words.slice(wordsInRow - 1).map((_, start) =>
    words
      .slice(start, start + wordsInRow)
      .map((word) => word.text)
      .join(" "),
  );
