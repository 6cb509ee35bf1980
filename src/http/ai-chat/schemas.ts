import * as z from "zod";
import { answerMode, confidence, fit } from "../answer-terms.ts";

const start = z.object({
  answerId: z.string(),
  mode: answerMode,
  confidence,
  degraded: z.literal(true).optional().describe("Something that should have been searched could not be."),
  data_points: z.object({ text: z.array(z.string()).describe("Each source as `where: what it says`.") }),
  citations: z
    .array(z.object({ id: z.string(), namespace: z.string(), source: z.string(), ...fit }))
    .describe("The sources: the mark [1] in the answer means the first of them."),
  thoughts: z
    .array(
      z.object({
        title: z.string(),
        description: z.string(),
        props: z.object({
          durationMs: z.number(),
          found: z.number().optional(),
          failed: z.literal(true).optional(),
        }),
      }),
    )
    .describe("What each step took."),
});

const end = z.object({
  mode: answerMode,
  finish_reason: z.enum(["stop", "length", "content_filter"]),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).optional(),
  followup_questions: z.array(z.string()),
});

const session = {
  sessionState: z.unknown().optional(),
  session_state: z.unknown().optional(),
};

/** The body of `POST /api/chat`. */
export const aiChatCompletion = z.object({
  message: z.object({ role: z.literal("assistant"), content: z.string() }),
  context: start.extend(end.shape),
  ...session,
});

/** A line of `POST /api/chat/stream`: one with the sources, some with words, one that ends it. */
export const aiChatLine = z.union([
  z.object({ delta: z.object({ role: z.literal("assistant") }), context: start, ...session }),
  z.object({ delta: z.object({ content: z.string() }) }),
  z.object({ delta: z.object({}), context: end, ...session }),
  z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
]);

export type AiChatCompletion = z.infer<typeof aiChatCompletion>;
export type AiChatLine = z.infer<typeof aiChatLine>;
export type StartContext = z.infer<typeof start>;
export type EndContext = z.infer<typeof end>;
