import * as z from "zod";
import { describeKnowledge } from "../../chat/describe-knowledge.ts";
import { searchErrors } from "../errors.ts";
import { jsonResponse } from "../response.ts";
import type { Route } from "../route.ts";

const about = z.object({
  subject: z.string().optional().describe("Whom or what the answers are about, where the owner said so."),
  starters: z.array(z.string()).describe("Questions to begin with."),
  mode: z.enum(["generated", "extractive"]).describe("Whether a model words the answers."),
  comments: z.boolean().describe("Whether the words of a feedback are kept."),
});

/** `GET /api/about`: what the page and the widget show before the first question. */
export const aboutRoute: Route = {
  name: "about",
  path: "api/about",
  operations: {
    GET: {
      summary: "Tells whom the answers are about, and how to begin",
      answers: [{ status: 200, about: "What the served knowledge is about.", schema: about }],
      errors: searchErrors,
      handle: async ({ access, signal }) => {
        const knowledge = await describeKnowledge(await access(), signal);
        return jsonResponse(200, { ...knowledge, comments: access.config().logContent });
      },
    },
  },
};
