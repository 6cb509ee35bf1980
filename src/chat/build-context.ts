import type { Source } from "../ports/generator.ts";
import type { DroppedHit } from "./dropped-hit.ts";
import type { NamespaceResult } from "./retrieve.ts";

export interface Context {
  /** Numbered, best first. Empty when nothing relevant was found. */
  readonly sources: readonly Source[];
  /** The sources as the prompt holds them. */
  readonly text: string;
  /** What was relevant and is not among the sources. */
  readonly dropped: readonly DroppedHit[];
  /** How the owner writes. */
  readonly voice: readonly string[];
}

/** English has four to five: to a counter that does not know a word it is one piece, be it as long as a photograph in base64. */
const charactersAPiece = 6;

/** Orders what was found, leaves out what repeats, and keeps what fits into the token budget. */
export const buildContext = (
  results: readonly NamespaceResult[],
  { maxTokens, countTokens }: { readonly maxTokens: number; readonly countTokens: (text: string) => number },
): Context => {
  const hits = results.flatMap((result) =>
    result.hits.map((hit) => ({ ...hit, namespace: result.namespace.name })),
  );
  const sources: Source[] = [];
  const dropped: DroppedHit[] = [];
  const parts: string[] = [];
  const seen = new Set<string>();
  let left = maxTokens;
  for (const { id, text, source, namespace, score } of hits.toSorted((a, b) => b.score - a.score)) {
    const words = text.toLowerCase().replaceAll(/\s+/g, " ").trim();
    if (seen.has(words)) {
      dropped.push({ namespace, source, score, why: "repeated" });
      continue;
    }
    const candidate: Source = { number: sources.length + 1, id, namespace, source, text, score };
    const part = renderSource(candidate);
    const cost = Math.max(countTokens(part), Math.ceil(part.length / charactersAPiece));
    // a shorter one further down may still fit
    if (cost > left) {
      dropped.push({ namespace, source, score, why: "over_budget" });
      continue;
    }
    seen.add(words);
    sources.push(candidate);
    parts.push(part);
    left -= cost;
  }
  return { sources, dropped, text: parts.join("\n"), voice: results.flatMap(({ voice }) => voice) };
};

/** Delimited, and unable to close its own delimiter: what the owner's files say is data. */
const renderSource = ({ number, source, text }: Source): string =>
  `<source id="${number}" from="${source.replaceAll(/["<>]/g, " ")}">\n${defused(text)}\n</source>`;

export const defused = (text: string): string =>
  text.replaceAll(/<(?=\s*(?:\/\s*)?(?:source|voice)\b)/gi, "‹");
