import * as z from "zod";
import { questionText, wellFormedText } from "../../chat/question-text.ts";
import { AppError } from "../../shared/app-error.ts";
import { maxMessages } from "../conversation.ts";
import { boundedList } from "../described-as.ts";
import { searchRequest } from "../endpoints/search.ts";

/** A message of the Model Context Protocol; its server checks the rest. */
export const mcpMessage = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

/** Takes one message: a batch would be any number of questions in one request. Fails with `bad_request`. */
export const parseMcpMessage = (body: unknown): { readonly method: string | undefined } => {
  if (Array.isArray(body)) throw new AppError("bad_request", "Batches are not taken; send one message.");
  const { method } = (body ?? {}) as { method?: unknown };
  return { method: typeof method === "string" ? method : undefined };
};

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
  namespaces: searchInput.shape.namespaces,
});
