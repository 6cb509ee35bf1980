import { feedbackRequest, parseFeedback } from "../http/parse-feedback.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import type { Route } from "./route.ts";

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
