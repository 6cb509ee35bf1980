import * as z from "zod";
import { wellFormedText } from "../../chat/question-text.ts";
import { readJsonBody, parseWith } from "../body.ts";
import type { Route } from "../route.ts";

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

/** `POST /api/feedback`: whether an answer was of use. */
export const feedbackRoute: Route = {
  name: "feedback",
  path: "api/feedback",
  operations: {
    POST: {
      summary: "Takes a visitor's opinion of an answer",
      body: feedbackRequest,
      answers: [{ status: 204, about: "It is noted." }],
      errors: [],
      handle: async ({ access, request, telemetry }) => {
        const { answerId, rating, comment } = parseFeedback(await readJsonBody(request));
        // a comment is a visitor's words like a question
        const words = access.config().logContent && comment?.trim() ? { comment: comment.trim() } : {};
        telemetry.event("feedback", { answerId, rating, ...words });
        return { status: 204, headers: { "cache-control": "no-store" } };
      },
    },
  },
};
