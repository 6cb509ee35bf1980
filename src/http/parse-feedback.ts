import * as z from "zod";
import { parseWith } from "./parse-with.ts";
import { wellFormedText } from "./question-text.ts";

const maxCommentCharacters = 2_000;

/** The body of `POST /api/feedback`. */
export const feedbackRequest = z.strictObject({
  answerId: z
    .string()
    .regex(/^[\w.:-]{1,200}$/, "must be the answerId of an answer")
    .describe("Which answer: the `answerId` of its context, or its header `x-request-id`."),
  rating: z.enum(["up", "down"], { error: "must be up or down" }),
  comment: wellFormedText
    .max(maxCommentCharacters, `must have at most ${maxCommentCharacters} characters`)
    .optional(),
});

export type Feedback = z.infer<typeof feedbackRequest>;

/** Reads the body of `POST /api/feedback`. Fails with `bad_request`. */
export const parseFeedback = (body: unknown): Feedback => parseWith(feedbackRequest, body);
