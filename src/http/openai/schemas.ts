import * as z from "zod";
import { answerMode, confidence, fit } from "../answer-terms.ts";

const citation = z.object({
  type: z.literal("url_citation"),
  url_citation: z.object({
    start_index: z.number().int().describe("Where the mark in the text begins, in UTF-16 units."),
    end_index: z.number().int().describe("Where it ends: the first unit after it."),
    title: z.string(),
    url: z.url(),
  }),
});

const usage = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
});

const finishReason = z.enum(["stop", "length", "content_filter"]);

/** What OpenAI's form has no place for. */
const extra = z.object({
  mode: answerMode,
  confidence,
  degraded: z.literal(true).optional(),
  sources: z.array(
    z.object({
      number: z.number().int(),
      id: z.string(),
      namespace: z.string(),
      source: z.string(),
      ...fit,
      url: z.url(),
    }),
  ),
  followup_questions: z.array(z.string()),
});

/** The body of a chat completion. */
export const openAiCompletion = z.object({
  id: z.string(),
  object: z.literal("chat.completion"),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.literal(0),
      message: z.object({
        role: z.literal("assistant"),
        content: z.string(),
        refusal: z.null(),
        annotations: z.array(citation),
      }),
      logprobs: z.null(),
      finish_reason: finishReason,
    }),
  ),
  usage,
  colophon: extra.describe("What OpenAI's form has no place for."),
});

/** An event of a streamed chat completion. */
export const openAiChunk = z.object({
  id: z.string(),
  object: z.literal("chat.completion.chunk"),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.literal(0),
      delta: z.object({
        role: z.literal("assistant").optional(),
        content: z.string().optional(),
        annotations: z.array(citation).optional(),
      }),
      logprobs: z.null(),
      finish_reason: finishReason.nullable(),
    }),
  ),
  usage: usage.nullable().optional(),
  colophon: extra.optional(),
});

export const openAiModel = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.number().int(),
  owned_by: z.string(),
});

export const openAiModelList = z.object({ object: z.literal("list"), data: z.array(openAiModel) });

export const openAiError = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string(),
    }),
  })
  .meta({ title: "OpenAiError" });

export type OpenAiCompletion = z.infer<typeof openAiCompletion>;
export type OpenAiChunk = z.infer<typeof openAiChunk>;
