import * as z from "zod";

/* What every protocol says of an answer. */

export const answerMode = z
  .enum(["generated", "extractive", "refused"])
  .describe("Worded by a model, quoted from the sources, or refused for want of any.");

export const confidence = z
  .enum(["sure", "maybe", "nothing"])
  .describe("Whether what was found answers the question: for sure, maybe, or not at all.");

/** How well a passage fits a question. */
export const fit = {
  similarity: z.number().describe("Cosine similarity to the question, 1 at most."),
  score: z
    .number()
    .describe("What the order is by: similarity, word pieces and words in common, 0 to about 2."),
};
