import type { Source } from "../ports/generator.ts";
import type { DroppedHit } from "./dropped-hit.ts";
import type { Hit } from "../ports/passage.ts";

export interface Context {
  /** Numbered, best first. Empty when nothing relevant was found. */
  readonly sources: readonly Source[];
  /** What was relevant and is not among the sources. */
  readonly dropped: readonly DroppedHit[];
  /** The sources as the prompt holds them. */
  readonly text: string;
}

/** English has four to five: to a counter that does not know a word it is one piece, be it as long as a photograph in base64. */
const maxCharsPerToken = 6;

/** Takes what was found, best first; leaves out what repeats, and keeps what fits into the token budget. */
export const buildContext = (
  hits: readonly Hit[],
  { maxTokens, countTokens }: { readonly maxTokens: number; readonly countTokens: (text: string) => number },
): Context => {
  const sources: Source[] = [];
  const dropped: DroppedHit[] = [];
  const parts: string[] = [];
  const seen = new Set<string>();
  let left = maxTokens;
  for (const hit of hits) {
    const words = hit.text.toLowerCase().replaceAll(/\s+/g, " ").trim();
    if (seen.has(words)) {
      dropped.push(droppedFor("repeated", hit));
      continue;
    }
    const candidate: Source = { ...hit, number: sources.length + 1 };
    const part = renderSource(candidate);
    const cost = Math.max(countTokens(part), Math.ceil(part.length / maxCharsPerToken));
    // a shorter one further down may still fit
    if (cost > left) {
      dropped.push(droppedFor("over_budget", hit));
      continue;
    }
    seen.add(words);
    sources.push(candidate);
    parts.push(part);
    left -= cost;
  }
  return { sources, dropped, text: parts.join("\n") };
};

const droppedFor = (why: DroppedHit["why"], { namespace, source, score }: Hit): DroppedHit => ({
  namespace,
  source,
  score,
  why,
});

/** Delimited, and unable to close its own delimiter: what the owner's files say is data. */
const renderSource = ({ number, source, text }: Source): string =>
  `<source id="${number}" from="${source.replaceAll(/["<>]/g, " ")}">\n${defused(text)}\n</source>`;

export const defused = (text: string): string =>
  text.replaceAll(/<(?=\s*(?:\/\s*)?(?:source|voice)\b)/gi, "‹");
