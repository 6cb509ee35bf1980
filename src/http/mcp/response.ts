import * as z from "zod";
import type { AnswerEvent } from "../../chat/answer-event.ts";
import type { FoundKnowledge } from "../../chat/search-knowledge.ts";
import { answerMode, confidence, fit } from "../answer-terms.ts";
import type { Hit } from "../../ports/passage.ts";
import { collectAnswer } from "../../chat/collect-answer.ts";
import { rounded } from "../rounded.ts";

/*
 * What the tools of the Model Context Protocol give: words for the caller's model, and beside them the
 * same as data for its program.
 */

export interface McpResult {
  readonly content: { readonly type: "text"; readonly text: string }[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: true;
}

interface Place {
  readonly namespace: string;
  readonly id: string;
}

interface SourceLinks {
  readonly urlOf: (source: Place) => string;
}

const passage = z.object({
  namespace: z.string(),
  source: z.string().describe("The file and the heading in it."),
  url: z.string(),
  ...fit,
  text: z.string(),
});

export const mcpAnswer = z.object({
  answer: z.string().describe("Marks like [1] name the source by its number."),
  mode: answerMode,
  confidence,
  degraded: z.boolean().describe("Something that should have been searched could not be."),
  finishReason: z.enum(["stop", "length", "content_filter"]),
  sources: z.array(passage.extend({ number: z.number() })),
  followUps: z.array(z.string()).describe("Questions that lead on."),
});

export const mcpPassages = z.object({
  degraded: z.boolean().describe("Something that should have been searched could not be."),
  confidence,
  passages: z.array(passage).describe("The best first."),
});

/** The result of `ask`. */
export const collectMcpAnswer = async (
  events: AsyncIterable<AnswerEvent>,
  { urlOf }: SourceLinks,
): Promise<McpResult> => {
  const collected = await collectAnswer(events);
  if ("error" in collected) return mcpFailure(collected.error.message);
  const { start, text, end } = collected;
  const data: z.infer<typeof mcpAnswer> = {
    answer: text,
    mode: end.mode,
    confidence: start.confidence,
    degraded: start.degraded,
    finishReason: end.finishReason,
    sources: start.sources.map((source) => ({
      number: source.number,
      ...passageOf(source, { urlOf }),
    })),
    followUps: [...end.followUps],
  };
  const sources = data.sources.map(({ number, source, url }) => `[${number}] ${source} (${url})`);
  return resultOf([text, sources.length > 0 ? `Sources:\n${sources.join("\n")}` : ""], data);
};

/** The result of `search_knowledge`. */
export const encodeMcpSearch = (
  { hits, confidence: found, degraded }: Pick<FoundKnowledge, "hits" | "confidence" | "degraded">,
  { urlOf }: SourceLinks,
): McpResult => {
  const passages = hits.map((hit) => passageOf(hit, { urlOf }));
  const data: z.infer<typeof mcpPassages> = { degraded, confidence: found, passages };
  if (passages.length > 0) return resultOf(passages.map(renderPassage), data);
  const nothing = degraded
    ? "Nothing was found, but not everything could be searched just now."
    : "Nothing was found on this.";
  return resultOf([nothing], data);
};

/** A call that could not be answered, in words that the caller's model can act on. */
export const mcpFailure = (message: string): McpResult => ({
  content: [{ type: "text", text: message }],
  isError: true,
});

const resultOf = (texts: readonly string[], data: Record<string, unknown>): McpResult => ({
  content: [{ type: "text", text: texts.filter(Boolean).join("\n\n") }],
  structuredContent: data,
});

type Passage = z.infer<typeof passage>;

const passageOf = (
  { id, namespace, source, similarity, score, text }: Hit,
  { urlOf }: SourceLinks,
): Passage => ({
  namespace,
  source,
  url: urlOf({ namespace, id }),
  similarity: rounded(similarity),
  score: rounded(score),
  text,
});

const renderPassage = ({ source, text }: Passage): string =>
  `<passage from="${source.replaceAll(/["<>]/g, " ")}">\n${text.replaceAll(/<(?=\s*\/?\s*passage\b)/gi, "‹")}\n</passage>`;
