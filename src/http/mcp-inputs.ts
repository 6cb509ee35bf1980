import * as z from "zod";
import { boundedList } from "./described-as.ts";
import { searchRequest } from "./parse-search-request.ts";
import { questionText, wellFormedText } from "./question-text.ts";
import { maxMessages } from "./read-conversation.ts";

/** What the tool `search_knowledge` takes. */
export const searchInput = z.object({
  question: questionText.describe("What to look for, in plain words; English is understood best."),
  namespaces: searchRequest.shape.namespaces.describe(
    "Only in these parts of the files; leave it out for all.",
  ),
});

/** What the tool `ask` takes. */
export const askInput = z.object({
  question: questionText.describe("The question, as a visitor would put it."),
  history: boundedList(z.object({ role: z.enum(["user", "assistant"]), content: wellFormedText }), {
    max: [maxMessages, `must hold at most ${maxMessages} messages`],
  })
    .optional()
    .describe("What was said before, oldest first, where the question leans on it."),
});
